import { EventSourceParserStream } from "eventsource-parser/stream";
import { errorOf, offline } from "./errors";

interface Streamed {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/**
 * Reads an answer that comes as server-sent events, until the one that has what was asked for.
 *
 * `told` is given each other event; one that is called `error` ends it as an error of the API does.
 */
export async function lastOf<T>(answer: Streamed, last: string, told: (name: string, data: string) => void) {
  const { data, error, response } = answer;
  if (!response.ok || !data) throw errorOf(response.status, error, response.headers);
  const events = (data as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (let read = await events.read(); !read.done; read = await events.read()) {
    const { event = "", data } = read.value;
    if (event === last) return JSON.parse(data) as T;
    if (event === "error") {
      const body = JSON.parse(data);
      throw errorOf(body.status, body, response.headers);
    }
    told(event, data);
  }
  throw offline();
}
