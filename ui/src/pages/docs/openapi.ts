import { t } from "@lingui/core/macro";
/** The parts of an OpenAPI 3.1 document that the page shows. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

export interface Response {
  description: string;
  content?: Content;
}

type Reference = { $ref: string };

export interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Response>;
  "x-permission": string;
  "x-generation"?: boolean;
}

export interface Specification {
  info: { title: string; version: string; description?: string };
  paths: Record<
    string,
    Record<string, Omit<Operation, "responses"> & { responses: Record<string, Response | Reference> }>
  >;
  components: { schemas: Record<string, Schema>; responses: Record<string, Response> };
}

export interface Endpoint extends Operation {
  id: string;
  method: string;
  path: string;
}

/** Every endpoint, by its tag, in the order of the document. */
export function byTag(specification: Specification): [string, Endpoint[]][] {
  const groups = new Map<string, Endpoint[]>();
  for (const [path, operations] of Object.entries(specification.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? t`Other`;
      const responses = answers(specification, operation.responses);
      const id = `${method}-${path}`.replace(/[^a-z0-9]+/gi, "-");
      const endpoint = { ...operation, responses, id, method, path };
      groups.set(tag, [...(groups.get(tag) ?? []), endpoint]);
    }
  }
  return [...groups];
}

/** The answers, with those that the document keeps in one place put in. */
function answers(specification: Specification, responses: Record<string, Response | Reference>) {
  const found: Record<string, Response> = {};
  for (const [code, response] of Object.entries(responses)) {
    const shared = "$ref" in response ? response.$ref.replace("#/components/responses/", "") : "";
    const answer = "$ref" in response ? specification.components.responses[shared] : response;
    if (answer) found[code] = answer;
  }
  return found;
}

const NAME = /^#\/components\/schemas\//;

/** A schema with its reference followed, and the name that the reference gave it. */
export function resolve(
  schema: Schema,
  specification: Specification,
): { schema: Schema; name: string | null } {
  if (!schema.$ref) return { schema, name: null };
  const name = schema.$ref.replace(NAME, "");
  const found = specification.components.schemas[name] ?? {};
  return { schema: { ...found, description: schema.description ?? found.description }, name: shortOf(name) };
}

// Two schemas of one name carry the module they come from.
const shortOf = (name: string) => name.split("__").at(-1) ?? name;

/** The type in a few words. */
export function typeOf(schema: Schema, specification: Specification): string {
  const { schema: found, name } = resolve(schema, specification);
  if (name) return name;
  const choices = found.anyOf ?? found.oneOf ?? found.allOf;
  if (choices) return choices.map((choice) => typeOf(choice, specification)).join(" | ");
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.type === "array") return `${found.items ? typeOf(found.items, specification) : "any"}[]`;
  const plain = Array.isArray(found.type) ? found.type.join(" | ") : (found.type ?? "any");
  return found.format ? `${plain} (${found.format})` : plain;
}

/** Its limits in words. */
export function limitsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const fallback = schema.default;
  return [
    range(minimum, maximum),
    inCharacters(range(minLength, maxLength)),
    inItems(range(minItems, maxItems)),
    pattern && t`pattern ${pattern}`,
    fallback !== undefined && fallback !== null && t`default ${JSON.stringify(fallback)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function range(from?: number, to?: number): string {
  if (from !== undefined && to !== undefined) return t`${from} to ${to}`;
  if (from !== undefined) return t`at least ${from}`;
  return to === undefined ? "" : t`at most ${to}`;
}

const inCharacters = (many: string) => many && t`${many} characters`;
const inItems = (many: string) => many && t`${many} items`;

/** The schemas below a schema: what its arrays hold and its alternatives are, down to objects. */
export function objectsIn(
  schema: Schema,
  specification: Specification,
): { name: string | null; schema: Schema }[] {
  const { schema: found, name } = resolve(schema, specification);
  if (found.properties) return [{ name, schema: found }];
  const below = [...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])];
  if (found.items) below.push(found.items);
  return below.flatMap((one) => objectsIn(one, specification));
}
