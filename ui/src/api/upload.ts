import { errorOf, OFFLINE } from "./errors";
import { fresh, getSession } from "./session";
import type { Source } from "./types";

/** Upload a file as a new data source. `XMLHttpRequest`, since `fetch` tells no progress of what it sends. */
export async function upload(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Source> {
  const session = getSession();
  const token = session && (await fresh(session)).access;
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/data-sources");
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(OFFLINE);
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status === 201) resolve(body as Source);
      else reject(errorOf(request.status, body, new Headers(limitsOf(request))));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function limitsOf(request: XMLHttpRequest): Record<string, string> {
  const wait = request.getResponseHeader("Retry-After");
  return wait ? { "Retry-After": wait } : {};
}
