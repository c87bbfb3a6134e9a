import createClient from "openapi-fetch";
import { errorOf } from "./errors";
import type { paths } from "./schema";
import { csrf, heed, reach } from "./session";

export const api = createClient<paths>({ fetch: asSignedIn });

/** `fetch` as whoever is signed in, by the browser's cookie. */
async function asSignedIn(request: Request): Promise<Response> {
  if (request.method !== "GET") {
    for (const [name, value] of Object.entries(csrf())) request.headers.set(name, value);
  }
  const response = await reach(request);
  if (response.status === 401) {
    heed(
      response.status,
      await response
        .clone()
        .json()
        .catch(() => null),
    );
  }
  return response;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer; an `ApiError` where it is none. */
export async function take<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok || data === undefined) throw errorOf(response.status, error, response.headers);
  return data;
}
