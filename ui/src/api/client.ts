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

/** An object with the tag of the version that was read. */
export interface Tagged<T> {
  value: T;
  etag: string;
}

/** The same with the tag of its version; changes that name it are refused when somebody was quicker. */
export async function takeTagged<T>(answer: Promise<Answer<T>>): Promise<Tagged<T>> {
  const value = await take(answer);
  return { value, etag: (await answer).response.headers.get("ETag") ?? "" };
}

/** The header that lets a change happen to this version only. */
export const ifMatch = (etag: string) => ({ headers: { "If-Match": etag } });
