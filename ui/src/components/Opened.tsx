import { createContext } from "react";
import { type Opened as Subject, useVisit } from "../api/home";
import { Star } from "./Star";

/** What the page is about; null where it is about nothing that is remembered. */
export const OpenedContext = createContext<Subject | null>(null);

/** Remembers that an object was opened, and offers the star where it can have one. */
export function Opened({ object, name }: { object: Subject; name: string }) {
  useVisit(object);
  const { type, id } = object;
  return type === "dashboard" || type === "report" ? <Star object={{ type, id }} name={name} /> : null;
}
