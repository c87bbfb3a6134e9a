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
  const found = detailsOf(error).find((detail) => detail.field === field);
  return found && sentenceCase(found.message);
}

/** What the server refused a part of a list for, or something inside of it. */
export function refusalOfPart(error: unknown, list: string, place: number): string | undefined {
  const at = `${list}.${place}`;
  const found = detailsOf(error).find(({ field }) => field === at || field.startsWith(`${at}.`));
  return found && sentenceCase(found.message);
}

/** The fields of a refusal that are parts of a list. */
export const fieldsInside = (error: unknown, list: string): string[] =>
  detailsOf(error).flatMap(({ field }) => (field.startsWith(`${list}.`) ? [field] : []));

const detailsOf = (error: unknown) => (error instanceof ApiError ? error.details : []);

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
