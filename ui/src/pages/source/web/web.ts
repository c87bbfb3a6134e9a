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

/** Whether the forms know how to fill in where these data come from. */
export const isEditable = (connection: { engine: string }): connection is Editable =>
  connection.engine in webKinds();

export type Editable = Extract<WebConnection, { engine: WebKind }>;

/** A connection as a source keeps it; its secret is told to nobody. */
export function keptWeb(connection: Editable): FilledWeb {
  const { engine, address, table } = connection;
  const filled = { ...EMPTY_WEB, kind: engine, address, table: table ?? "" };
  if (engine === "google_sheets") return filled;
  const auth = connection.auth ?? null;
  const withAuth: FilledWeb = {
    ...filled,
    auth: auth?.type ?? "none",
    who: auth?.type === "basic" ? auth.user : auth?.type === "header" ? auth.name : "",
  };
  if (engine === "web_file") return withAuth;
  const { rows = "", query = {}, pages } = connection;
  return {
    ...withAuth,
    rows,
    query: Object.entries(query).map(([name, value]) => `${name}=${value}`),
    ...keptPages(pages ?? null),
  };
}

function keptPages(pages: Rest["pages"]): Partial<FilledWeb> {
  switch (pages?.type) {
    case "page":
      return { pages: "page", parameter: pages.parameter, first: pages.first === 0 ? 0 : 1 };
    case "offset":
      return {
        pages: "offset",
        parameter: pages.parameter,
        limit: pages.limit,
        limitParameter: pages.limit_parameter,
      };
    case "cursor":
      return { pages: "cursor", path: pages.path, parameter: pages.parameter ?? "" };
    default:
      return { pages: pages ? "link" : "none" };
  }
}

/** Whether a kept secret would go to another place, or be another kind of secret: it has to be given anew. */
export function needsSecret(before: Editable, filled: FilledWeb): boolean {
  const kept = keptWeb(before);
  return kept.auth !== filled.auth || originOf(kept.address) !== originOf(filled.address);
}

const originOf = (address: string) =>
  URL.canParse(address.trim()) ? new URL(address.trim()).origin : address.trim();

type Rest = Extract<WebConnection, { engine: "rest" }>;

/** Without a secret, the one that is kept stays. */
function authOf({ auth, who, secret: typed }: FilledWeb): Rest["auth"] {
  const secret = typed ? { secret: typed } : {};
  if (auth === "bearer") return { type: "bearer", ...secret };
  if (auth === "basic") return { type: "basic", user: who.trim(), ...secret };
  return auth === "header" ? { type: "header", name: who.trim(), ...secret } : null;
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
