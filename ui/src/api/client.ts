import createClient from "openapi-fetch";
import { errorOf, OFFLINE } from "./errors";
import type { paths } from "./schema";
import { end, fresh, getSession } from "./session";

export const api = createClient<paths>({ fetch: authorized });

/** `fetch` as whoever is signed in; a token that the server no longer takes is renewed once. */
export async function authorized(request: Request): Promise<Response> {
  const session = getSession();
  if (!session) return reach(request);
  const again = request.clone();
  const response = await reach(withToken(request, (await fresh(session)).access));
  if (response.status !== 401) return response;
  const renewed = await fresh(session, { force: true });
  const second = await reach(withToken(again, renewed.access));
  if (second.status === 401) end({ ranOut: true });
  return second;
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    throw error instanceof DOMException && error.name === "AbortError" ? error : OFFLINE;
  }
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

/** Save an answer as a file, under the name that the server gives it. */
export async function download(path: string): Promise<void> {
  const response = await authorized(new Request(new URL(path, location.origin)));
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null), response.headers);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = fileName(response.headers.get("Content-Disposition") ?? "");
  link.click();
  // The browser has begun to read the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fileName(disposition: string): string {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1];
  return encoded ? decodeURIComponent(encoded) : (/filename="([^"]+)"/.exec(disposition)?.[1] ?? "download");
}
