import { errorOf, offline } from "./errors";
import { csrf, heed } from "./session";
import type { Source } from "./types";

const SOURCES = "/api/v1/data-sources";

/** `share` of the file that has arrived, 0 to 1. */
type OnProgress = (share: number) => void;

/** Upload a file as a new data source. */
export const upload = (file: File, onProgress: OnProgress, signal: AbortSignal) =>
  send(SOURCES, file, onProgress, signal);

/** Upload a file in the place of what a data source has. */
export const replace = (source_id: number, file: File, onProgress: OnProgress, signal: AbortSignal) =>
  send(`${SOURCES}/${source_id}/versions`, file, onProgress, signal);

/** `XMLHttpRequest`, since `fetch` tells no progress of what it sends. */
function send(path: string, file: File, onProgress: OnProgress, signal: AbortSignal): Promise<Source> {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
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
