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
};

const SCHEMAS: Engine["engine"][] = ["postgresql", "timescaledb"];

export const hasSchemas = (engine: string | undefined) => SCHEMAS.some((one) => one === engine);

export const TLS: Record<Tls, { label: string; note: string }> = {
  prefer: {
    label: "Encrypt if the server can",
    note: "A server that can't encrypt is talked to in the clear.",
  },
  require: {
    label: "Always encrypt",
    note: "A server that can't encrypt is refused. Whether it is the right one is not checked.",
  },
  verify: {
    label: "Encrypt and check the certificate",
    note: "The server must prove that it is the one you mean.",
  },
  off: {
    label: "Do not encrypt",
    note: "Whoever is on the way can read the password and the rows.",
  },
};

/** A connection as a source keeps it; its password is told to nobody. */
export const kept = (connection: Connection): Filled => ({
  ...EMPTY,
  ...connection,
  port: connection.port ?? "",
  ca_certificate: connection.ca_certificate ?? "",
  password: "",
});

/** What is sent of it. Without a password, the one that is kept stays. */
export function sent({ port, password, ca_certificate, ...filled }: Filled): Connection {
  return {
    ...filled,
    host: filled.host.trim(),
    port: port || null,
    ca_certificate: (filled.tls === "verify" && ca_certificate.trim()) || null,
    ...(password && { password }),
  };
}
