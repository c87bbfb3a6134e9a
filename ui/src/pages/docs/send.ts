import { plural, t } from "@lingui/core/macro";
import { sentence } from "../../api/errors";
import { csrf } from "../../api/session";
import { bytes } from "../../components/format";
import { addressOf, bodyType, type Filled, JSON_BODY, MULTIPART } from "./example";
import type { Endpoint } from "./openapi";

export interface Answer {
  status: string;
  ok: boolean;
  elapsed: number;
  headers: string;
  text: string;
  file: { url: string; name: string } | null;
}

const SHOWN = ["content-type", "etag", "x-request-id", "x-ratelimit-remaining", "retry-after"];
const LONGEST = 50_000;

/** Send the request as the reader filled it in, with their key or as who is signed in. */
export async function send(endpoint: Endpoint, filled: Filled, key: string, files: File[]): Promise<Answer> {
  const started = performance.now();
  // A key speaks for itself: the cookie of who is signed in stays at home.
  const headers: Record<string, string> = key ? { "X-API-Key": key } : csrf();
  const body = bodyOf(endpoint, filled, files);
  if (typeof body === "string") headers["Content-Type"] = JSON_BODY;
  try {
    const response = await fetch(addressOf(endpoint, filled.values), {
      method: endpoint.method.toUpperCase(),
      headers,
      body,
      credentials: key ? "omit" : "same-origin",
    });
    return await answerOf(response, started);
  } catch (error) {
    const text = sentence(error);
    return {
      status: t`No answer`,
      ok: false,
      elapsed: performance.now() - started,
      headers: "",
      text,
      file: null,
    };
  }
}

function bodyOf(endpoint: Endpoint, filled: Filled, files: File[]): BodyInit | undefined {
  if (bodyType(endpoint) !== MULTIPART) return filled.body || undefined;
  const form = new FormData();
  for (const file of files) form.append("file", file);
  return form;
}

async function answerOf(response: Response, started: number): Promise<Answer> {
  const blob = await response.blob();
  const elapsed = performance.now() - started;
  const type = response.headers.get("content-type") ?? "";
  const readable = /json|text|xml|csv|markdown/.test(type);
  const text = readable ? pretty(await blob.text()) : `${type}, ${bytes(blob.size)}`;
  const headers = SHOWN.map((name) => [name, response.headers.get(name)]).filter(([, value]) => value);
  const attached = response.headers.has("content-disposition") || type.startsWith("image/");
  return {
    status: `${response.status} ${response.statusText}`.trim(),
    ok: response.ok,
    elapsed,
    headers: headers.map(([name, value]) => `${name}: ${value}`).join("\n"),
    text:
      text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… ${moreCharacters(text.length - LONGEST)}` : text,
    file: attached ? { url: URL.createObjectURL(blob), name: nameOf(response) } : null,
  };
}

const moreCharacters = (n: number) => plural(n, { one: "# more character", other: "# more characters" });

const nameOf = (response: Response) =>
  /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "answer";

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
