import type { FormEvent } from "react";
import { ApiError } from "../api/errors";

/** What was filled in, by the names of the inputs. */
export type Filled = (name: string) => string;

/** A handler for `onSubmit` that gets what was filled in. */
export function submitted(act: (filled: Filled, form: HTMLFormElement) => void) {
  return (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    act((name) => String(data.get(name) ?? ""), event.currentTarget);
  };
}

/** What the server refused a field for. */
export function refusal(error: unknown, field: string): string | undefined {
  const details = error instanceof ApiError ? error.details : [];
  const found = details.find((detail) => detail.field === field);
  return found && sentenceCase(found.message);
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
