import { t } from "@lingui/core/macro";
import { Group, NumberInput, Select, SimpleGrid, TagsInput, Textarea, TextInput } from "@mantine/core";
import type { Engine } from "../../api/types";
import { refusal } from "../../components/form";
import { Password } from "../../components/inputs";
import { type Filled, GIB, hasSchemas, ownOf, TLS, type Tls, tlsInWords } from "./connection";

interface Props {
  engine: Engine | undefined;
  filled: Filled;
  onChange: (change: Partial<Filled>) => void;
  error: unknown;
  /** What the API puts before the names of the fields. */
  prefix?: string;
  /** Whether the source is there already, and its password kept. */
  editing?: boolean;
}

const NAMES = [
  "host",
  "port",
  "database",
  "user",
  "password",
  "tls",
  "ca_certificate",
  "schemas",
  "warehouse",
  "role",
  "location",
  "max_bytes_billed",
];
const PLAIN = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;

/** The names that the API gives to what these fields show themselves. */
export const fieldsOf = (prefix = "") => NAMES.map((name) => prefix + name);

/** Where a database is, and who asks it. */
export function ConnectionFields({ engine, filled, onChange, error, prefix = "", editing }: Props) {
  const refused = (name: string) => refusal(error, prefix + name);
  const text = (name: "host" | "database" | "user") => ({
    ...PLAIN,
    value: filled[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.currentTarget.value }),
    error: refused(name),
    required: true,
    withAsterisk: false,
  });
  const own = ownOf(engine?.engine);
  const optional = (name: "warehouse" | "role" | "location") => ({
    ...PLAIN,
    maxLength: 200,
    value: filled[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ [name]: event.currentTarget.value }),
    error: refused(name),
  });
  return (
    <>
      <Group align="flex-start">
        <TextInput
          label={t`Host`}
          placeholder={own.host ?? "db.example.com"}
          maxLength={253}
          flex="1 1 12rem"
          {...text("host")}
          data-autofocus={editing}
        />
        <NumberInput
          label={t`Port`}
          placeholder={engine && String(engine.port)}
          min={1}
          max={65535}
          allowDecimal={false}
          hideControls
          w={100}
          value={filled.port}
          onChange={(port) => onChange({ port: Number(port) || "" })}
          error={refused("port")}
        />
      </Group>
      <TextInput label={own.database ?? t`Database`} maxLength={200} {...text("database")} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={own.user ?? t`User`}
          description={t`One that may only read is best.`}
          maxLength={200}
          {...text("user")}
        />
        <Password
          label={own.secret ?? t`Password`}
          required={false}
          description={
            editing
              ? t`Empty: as it is. Another host or port needs it anew.`
              : t`Kept encrypted, shown to nobody.`
          }
          autoComplete="new-password"
          maxLength={10_000}
          value={filled.password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
          error={refused("password")}
        />
      </SimpleGrid>
      {own.warehouse && <TextInput label={own.warehouse} {...optional("warehouse")} />}
      {own.role && (
        <TextInput label={t`Role`} description={t`Empty: the user's own.`} {...optional("role")} />
      )}
      {own.billed && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={t`Location`}
            description={t`Where the datasets are.`}
            placeholder="EU"
            {...optional("location")}
          />
          <NumberInput
            label={t`Most that a query may read (GiB)`}
            description={t`One that would read more costs nothing and is refused.`}
            placeholder="100"
            min={0.01}
            value={filled.max_bytes_billed === "" ? "" : filled.max_bytes_billed / GIB}
            onChange={(size) =>
              onChange({ max_bytes_billed: Number(size) ? Math.round(Number(size) * GIB) : "" })
            }
            error={refused("max_bytes_billed")}
          />
        </SimpleGrid>
      )}
      <Select
        label={t`Encryption`}
        description={tlsInWords(filled.tls).note}
        data={TLS.map((value) => ({ value, label: tlsInWords(value).label }))}
        value={filled.tls}
        onChange={(tls) => onChange({ tls: tls as Tls })}
        allowDeselect={false}
        error={refused("tls")}
      />
      {filled.tls === "verify" && (
        <Textarea
          label={t`Certificate of the authority`}
          description={t`PEM. Empty: one of the authorities that this server trusts anyway.`}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={3}
          maxRows={8}
          maxLength={100_000}
          {...PLAIN}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          value={filled.ca_certificate}
          onChange={(event) => onChange({ ca_certificate: event.currentTarget.value })}
          error={refused("ca_certificate")}
        />
      )}
      {hasSchemas(engine?.engine) && (
        <TagsInput
          label={t`Schemas`}
          description={t`Only these. Empty: all that the user may read. Enter adds one.`}
          maxTags={100}
          value={filled.schemas}
          onChange={(schemas) => onChange({ schemas })}
          error={refused("schemas")}
        />
      )}
    </>
  );
}
