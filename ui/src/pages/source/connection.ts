import { t } from "@lingui/core/macro";
import type { Connection, Engine } from "../../api/types";

/** A connection as it is filled in. */
export interface Filled {
  host: string;
  port: number | "";
  database: string;
  user: string;
  password: string;
  tls: Tls;
  ca_certificate: string;
  schemas: string[];
  warehouse: string;
  role: string;
  location: string;
  max_bytes_billed: number | "";
}

export type Tls = NonNullable<Connection["tls"]>;

export const EMPTY: Filled = {
  host: "",
  port: "",
  database: "",
  user: "",
  password: "",
  tls: "prefer",
  ca_certificate: "",
  schemas: [],
  warehouse: "",
  role: "",
  location: "",
  max_bytes_billed: "",
};

const SCHEMAS: Engine["engine"][] = [
  "postgresql",
  "timescaledb",
  "redshift",
  "trino",
  "databricks",
  "snowflake",
  "bigquery",
];

export const hasSchemas = (engine: string | undefined) => SCHEMAS.some((one) => one === engine);

export const GIB = 1024 ** 3;

/** What is called in another way, or asked for as well, by some engines. */
export interface Own {
  host?: string;
  database?: string;
  user?: string;
  secret?: string;
  warehouse?: string;
  role?: boolean;
  billed?: boolean;
}

const own = (): Partial<Record<Engine["engine"], Own>> => ({
  trino: { database: t`Catalog, or catalog.schema`, secret: t`Password or JSON Web Token` },
  databricks: {
    database: t`Catalog, or catalog.schema`,
    secret: t`Access token`,
    warehouse: t`Id of the SQL warehouse`,
  },
  snowflake: {
    host: "organisation-account.snowflakecomputing.com",
    database: t`Database, or DATABASE.SCHEMA`,
    secret: t`Private key (PEM) or token`,
    warehouse: t`Warehouse`,
    role: true,
  },
  bigquery: {
    host: "bigquery.googleapis.com",
    database: t`Project, or project.dataset`,
    user: t`Service account`,
    secret: t`Key of the service account (JSON)`,
    billed: true,
  },
});

export const ownOf = (engine: Engine["engine"] | undefined): Own => (engine && own()[engine]) || {};

export const TLS: Tls[] = ["prefer", "require", "verify", "off"];

export function tlsInWords(tls: Tls): { label: string; note: string } {
  switch (tls) {
    case "prefer":
      return {
        label: t`Encrypt if the server can`,
        note: t`A server that can't encrypt is talked to in the clear.`,
      };
    case "require":
      return {
        label: t`Always encrypt`,
        note: t`A server that can't encrypt is refused. Whether it is the right one is not checked.`,
      };
    case "verify":
      return {
        label: t`Encrypt and check the certificate`,
        note: t`The server must prove that it is the one you mean.`,
      };
    case "off":
      return {
        label: t`Do not encrypt`,
        note: t`Whoever is on the way can read the password and the rows.`,
      };
  }
}

/** A connection as a source keeps it; its password is told to nobody. */
export const kept = (connection: Connection): Filled => ({
  ...EMPTY,
  ...connection,
  port: connection.port ?? "",
  ca_certificate: connection.ca_certificate ?? "",
  warehouse: connection.warehouse ?? "",
  role: connection.role ?? "",
  location: connection.location ?? "",
  max_bytes_billed: connection.max_bytes_billed ?? "",
  password: "",
});

/** What is sent of it. Without a password, the one that is kept stays. */
export function sent({ port, password, ca_certificate, ...filled }: Filled): Connection {
  return {
    ...filled,
    host: filled.host.trim(),
    port: port || null,
    warehouse: filled.warehouse.trim() || null,
    role: filled.role.trim() || null,
    location: filled.location.trim() || null,
    max_bytes_billed: filled.max_bytes_billed || null,
    ca_certificate: (filled.tls === "verify" && ca_certificate.trim()) || null,
    ...(password && { password }),
  };
}
