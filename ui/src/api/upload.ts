import { errorOf, offline } from "./errors";
import { csrf, heed } from "./session";
import type { Source } from "./types";

/** Upload a file as a new data source. `XMLHttpRequest`, since `fetch` tells no progress of what it sends. */
export function upload(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Source> {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/data-sources");
    for (const [name, value] of Object.entries(csrf())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(offline());
    request.onabort = () => reject(new DOMException("Stopped", "AbortError"));
    request.onload = () => {
      const body = parsed(request.responseText);
      heed(request.status, body);
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
