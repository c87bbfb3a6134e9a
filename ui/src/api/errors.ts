import { plural, t } from "@lingui/core/macro";
/** What the server answered instead of what was asked for, or why it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: { field: string; message: string }[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Somebody else changed it since it was read. */
export const isConflict = (error: unknown) => error instanceof ApiError && error.status === 412;

/** The role lacks the permission: asking once more would change nothing. */
export const isForbidden = (error: unknown) => error instanceof ApiError && error.code === "forbidden";

export const offline = () =>
  new ApiError(0, "offline", t`The server can't be reached. Check your connection.`);

interface Body {
  error?: string;
  message?: string;
  details?: { field: string; message: string }[];
}

export function errorOf(status: number, body: unknown, headers?: Headers): ApiError {
  const said: Body = typeof body === "object" && body !== null ? body : {};
  const wait = Number(headers?.get("Retry-After")) || null;
  const message = said.message ?? t`The server answered with an error (${status}).`;
  return new ApiError(status, said.error ?? "error", message, said.details, wait);
}

/** One sentence for people. */
export function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return error instanceof Error ? error.message : t`Something went wrong.`;
  }
  if (error.status === 429) {
    return error.retryAfter ? tooMany(error.retryAfter) : t`Too many requests for now.`;
  }
  return error.message;
}

/** What to do about it, where the message does not say so. */
export function nextStep(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.status >= 500) return t`If it goes on, tell whoever runs this server.`;
  if (isForbidden(error)) {
    return t`Whoever manages the members of your organisation can give you the right.`;
  }
  return null;
}

function tooMany(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return seconds < 90
    ? plural(seconds, {
        one: "Too many requests for now. Try again in # second.",
        other: "Too many requests for now. Try again in # seconds.",
      })
    : plural(minutes, {
        one: "Too many requests for now. Try again in # minute.",
        other: "Too many requests for now. Try again in # minutes.",
      });
}
