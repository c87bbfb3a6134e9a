import { t } from "@lingui/core/macro";
import type { WebConnection } from "../../../api/types";

export type WebKind = "web_file" | "google_sheets" | "rest";
export type AuthKind = "none" | "bearer" | "basic" | "header";
export type PagesKind = "none" | "page" | "offset" | "cursor" | "link";

/** Data on the web as they are filled in. */
export interface FilledWeb {
  kind: WebKind;
  address: string;
  table: string;
  auth: AuthKind;
  /** The user, or the name of the header. */
  who: string;
  secret: string;
  rows: string;
  /** As `name=value`. */
  query: string[];
  pages: PagesKind;
  /** What the page, the offset or the cursor is sent as. */
  parameter: string;
  limit: number | "";
  limitParameter: string;
  first: 0 | 1;
  /** Where the cursor stands in an answer. */
  path: string;
}

export const EMPTY_WEB: FilledWeb = {
  kind: "web_file",
  address: "",
  table: "",
  auth: "none",
  who: "",
  secret: "",
  rows: "",
  query: [],
  pages: "none",
  parameter: "",
  limit: "",
  limitParameter: "",
  first: 1,
  path: "",
};

export const webKinds = (): Record<WebKind, string> => ({
  web_file: t`File`,
  google_sheets: t`Google sheet`,
  rest: t`REST API`,
});

export const authKinds = (): Record<AuthKind, string> => ({
  none: t`None`,
  bearer: t`Token (Authorization: Bearer)`,
  basic: t`User and password`,
  header: t`A header of its own`,
});

export const pagesKinds = (): Record<PagesKind, string> => ({
  none: t`One answer has everything`,
  page: t`Numbered pages (?page=2)`,
  offset: t`Offset and limit (?offset=200&limit=100)`,
  cursor: t`A cursor in each answer`,
  link: t`The header Link with rel="next"`,
});

export const optionsOf = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** What is sent of it. */
export function sentWeb(filled: FilledWeb): WebConnection {
  const common = {
    address: filled.address.trim(),
    ...(filled.table.trim() && { table: filled.table.trim() }),
  };
  if (filled.kind === "google_sheets") return { engine: "google_sheets", ...common };
  const auth = authOf(filled);
  if (filled.kind === "web_file") return { engine: "web_file", ...common, auth };
  return {
    engine: "rest",
    ...common,
    auth,
    rows: filled.rows.trim(),
    query: Object.fromEntries(filled.query.map(pairOf)),
    pages: pagesOf(filled),
  };
}

type Rest = Extract<WebConnection, { engine: "rest" }>;

function authOf({ auth, who, secret }: FilledWeb): Rest["auth"] {
  if (auth === "bearer") return { type: "bearer", secret };
  if (auth === "basic") return { type: "basic", user: who.trim(), secret };
  return auth === "header" ? { type: "header", name: who.trim(), secret } : null;
}

function pagesOf(filled: FilledWeb): Rest["pages"] {
  const parameter = filled.parameter.trim();
  switch (filled.pages) {
    case "none":
      return null;
    case "link":
      return { type: "link" };
    case "page":
      return { type: "page", first: filled.first, parameter: parameter || "page" };
    case "offset":
      return {
        type: "offset",
        parameter: parameter || "offset",
        limit: filled.limit || 100,
        limit_parameter: filled.limitParameter.trim() || "limit",
      };
    case "cursor":
      // Without a parameter, what the answer holds is the address of the next page.
      return { type: "cursor", path: filled.path.trim(), parameter: parameter || null };
  }
}

const pairOf = (text: string): [string, string] => {
  const [name = "", ...rest] = text.split("=");
  return [name.trim(), rest.join("=").trim()];
};
