import type { Endpoint, Schema, Specification } from "./openapi";
import { resolve } from "./openapi";

const DEEPEST = 4;

/** A body to begin with: what is required, and nothing else. */
export function example(schema: Schema, specification: Specification, depth = 0): unknown {
  const { schema: found } = resolve(schema, specification);
  if (found.examples?.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  if (found.const !== undefined) return found.const;
  const choice = (found.anyOf ?? found.oneOf ?? found.allOf)?.[0];
  if (choice) return example(choice, specification, depth);
  if (found.properties) {
    const needed = Object.entries(found.properties).filter(([name]) => found.required?.includes(name));
    return Object.fromEntries(
      needed.map(([name, one]) => [name, depth < DEEPEST ? example(one, specification, depth + 1) : null]),
    );
  }
  return plain(found);
}

function plain(schema: Schema): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const values: Record<string, unknown> = {
    string: schema.format === "date" ? "2025-01-31" : "text",
    integer: schema.minimum ?? 1,
    number: schema.minimum ?? 1,
    boolean: false,
    array: [],
    object: {},
  };
  return type === undefined ? null : (values[type] ?? null);
}

/** What was filled in for a request. */
export interface Filled {
  values: Record<string, string>;
  body: string;
}

export const JSON_BODY = "application/json";
export const MULTIPART = "multipart/form-data";

export const bodyType = (endpoint: Endpoint) => Object.keys(endpoint.requestBody?.content ?? {})[0];

export function firstFilled(endpoint: Endpoint, specification: Specification): Filled {
  const schema = endpoint.requestBody?.content[JSON_BODY]?.schema;
  return { values: {}, body: schema ? JSON.stringify(example(schema, specification), null, 2) : "" };
}

/** The path with its parameters; those that nobody filled in keep their braces. */
export function addressOf(endpoint: Endpoint, values: Record<string, string>): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (braces, name) => {
    const value = values[name];
    return value ? encodeURIComponent(value) : braces;
  });
  const query = new URLSearchParams();
  for (const parameter of endpoint.parameters ?? []) {
    const value = values[parameter.name];
    if (parameter.in === "query" && value) query.set(parameter.name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The request as a line for the shell. */
export function curl(endpoint: Endpoint, { values, body }: Filled, base: string): string {
  const method = endpoint.method.toUpperCase();
  const kind = bodyType(endpoint);
  const parts = [
    `curl${method === "GET" ? "" : ` -X ${method}`} ${quoted(base + addressOf(endpoint, values))}`,
  ];
  if (endpoint["x-permission"] !== "public") parts.push('-H "X-API-Key: $CLARIBI_KEY"');
  if (kind === JSON_BODY && body) {
    parts.push('-H "Content-Type: application/json"', `-d ${quoted(compact(body))}`);
  }
  if (kind === MULTIPART) parts.push("-F 'file=@data.csv'");
  if (endpoint.path.endsWith("/download")) parts.push("-OJ");
  if (endpoint.path.endsWith("/events")) parts.push("-N");
  return parts.join(" \\\n  ");
}

function compact(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return body;
  }
}
