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

export const OFFLINE = new ApiError(0, "offline", "The server can't be reached. Check your connection.");

interface Body {
  error?: string;
  message?: string;
  details?: { field: string; message: string }[];
}

export function errorOf(status: number, body: unknown, headers?: Headers): ApiError {
  const said: Body = typeof body === "object" && body !== null ? body : {};
  const wait = Number(headers?.get("Retry-After")) || null;
  const message = said.message ?? `The server answered with an error (${status}).`;
  return new ApiError(status, said.error ?? "error", message, said.details, wait);
}

/** One sentence for people. */
export function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return error instanceof Error ? error.message : "Something went wrong.";
  }
  if (error.status === 429) {
    return `Too many requests for now. ${error.retryAfter ? `Try again in ${span(error.retryAfter)}.` : ""}`;
  }
  return error.message;
}

function span(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
