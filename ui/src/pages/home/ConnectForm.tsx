import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type MouseEvent, useState } from "react";
import { useLocation } from "wouter";
import { api, take } from "../../api/client";
import { enginesQuery } from "../../api/queries";
import type { NewConnection } from "../../api/types";
import { refusal } from "../../components/form";
import { Problem } from "../../components/Problem";
import { Saved } from "../../components/Saved";
import { ConnectionFields, fieldsOf } from "../source/ConnectionFields";
import { EMPTY, type Filled, hasSchemas, sent } from "../source/connection";
import { LIVE, type Reading, ReadingFields } from "../source/ReadingFields";
import { EngineSelect } from "./EngineSelect";

const PREFIX = "connection.";
const FIELDS = ["name", "engine", ...fieldsOf(PREFIX)];

export default function ConnectForm({ onDone }: { onDone: () => void }) {
  const engines = useQuery(enginesQuery());
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [filled, setFilled] = useState<Filled>(EMPTY);
  const [reading, setReading] = useState<Reading>(LIVE);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: (body: NewConnection) => take(api.POST("/api/v1/data-sources/test", { body })),
  });
  const connect = useMutation({
    mutationFn: (body: NewConnection & Reading & { name: string }) =>
      take(api.POST("/api/v1/data-sources", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sources"] }),
  });
  const offered = engines.data?.engines ?? [];
  const engine = offered.find((one) => (chosen ? one.engine === chosen : one.is_installed));
  const error = connect.error ?? test.error;

  // What was said of the connection holds only for what was tried.
  function forget() {
    test.reset();
    if (!connect.isPending) connect.reset();
  }

  function change(to: Partial<Filled>) {
    setFilled((before) => ({ ...before, ...to }));
    forget();
  }

  function body(): NewConnection | null {
    if (!engine) return null;
    const schemas = hasSchemas(engine.engine) ? filled.schemas : [];
    return { engine: engine.engine, connection: sent({ ...filled, schemas }) };
  }

  function tryOut(event: MouseEvent<HTMLButtonElement>) {
    const wanted = body();
    if (!wanted || !event.currentTarget.form?.reportValidity()) return;
    connect.reset();
    test.mutate(wanted);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = body();
    if (!wanted || connect.isPending) return;
    test.reset();
    connect.mutate(
      { ...wanted, ...reading, name: name.trim() || filled.database },
      {
        onSuccess: (source) => {
          onDone();
          navigate(`/sources/${source.id}`);
        },
      },
    );
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {engines.error && <Problem error={engines.error} retry={engines.refetch} />}
        <Group align="flex-start" grow>
          <EngineSelect
            engines={offered}
            value={engine?.engine ?? null}
            onChange={(value) => {
              setChosen(value);
              forget();
            }}
            error={refusal(error, "engine")}
          />
          <TextInput
            label={t`Name`}
            placeholder={filled.database || t`The name of the database`}
            autoComplete="off"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={refusal(error, "name")}
          />
        </Group>
        <ConnectionFields engine={engine} filled={filled} onChange={change} error={error} prefix={PREFIX} />
        <ReadingFields reading={reading} onChange={setReading} />
        {error && <Problem error={error} fields={FIELDS} />}
        <Group justify="flex-end">
          <Saved when={test.isSuccess}>{test.data ? t`${test.data.server} answers.` : ""}</Saved>
          <Button variant="default" onClick={tryOut} loading={test.isPending} disabled={!engine}>
            <Trans>Test connection</Trans>
          </Button>
          <Button type="submit" loading={connect.isPending} disabled={!engine}>
            <Trans>Connect</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
