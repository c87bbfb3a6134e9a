import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type MouseEvent, useState } from "react";
import { useLocation } from "wouter";
import { api, take } from "../../../api/client";
import type { NewWebSource, WebConnection } from "../../../api/types";
import { refusal } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { Saved } from "../../../components/Saved";
import { ScheduleSelect } from "../ReadingFields";
import { WebFields } from "./WebFields";
import { EMPTY_WEB, type FilledWeb, sentWeb } from "./web";

/** Data on the web as a new source: tried out, then copied. */
export default function WebForm({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState("");
  const [filled, setFilled] = useState<FilledWeb>(EMPTY_WEB);
  const [minutes, setMinutes] = useState<number | null>(null);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: (connection: WebConnection) =>
      take(api.POST("/api/v1/data-sources/web/test", { body: { connection } })),
  });
  const connect = useMutation({
    mutationFn: (body: NewWebSource) => take(api.POST("/api/v1/data-sources/web", { body })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["sources"] });
      onDone();
      navigate(`/sources/${id}`);
    },
  });
  const error = connect.error ?? test.error;
  const refused = (field: string) =>
    refusal(error, `connection.${field}`) ?? refusal(error, `connection.${filled.kind}.${field}`);

  function change(to: Partial<FilledWeb>) {
    setFilled((before) => ({ ...before, ...to }));
    // What was said of the address holds only for what was tried.
    test.reset();
    connect.reset();
  }

  function tryOut(event: MouseEvent<HTMLButtonElement>) {
    if (!event.currentTarget.form?.reportValidity()) return;
    connect.reset();
    test.mutate(sentWeb(filled));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (connect.isPending) return;
    test.reset();
    connect.mutate({
      name: name.trim() || nameOf(filled.address),
      connection: sentWeb(filled),
      sync: { every_minutes: minutes },
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <WebFields filled={filled} onChange={change} refused={refused} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={t`Name`}
            placeholder={nameOf(filled.address) || t`As the file is called`}
            maxLength={200}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={refusal(error, "name")}
          />
          <ScheduleSelect minutes={minutes} onChange={setMinutes} />
        </SimpleGrid>
        {error && <Problem error={error} fields={["name", "connection.address"]} />}
        <Group justify="flex-end">
          <Saved when={test.isSuccess}>{test.data ? t`It answers: ${test.data.server}` : ""}</Saved>
          <Button variant="default" onClick={tryOut} loading={test.isPending}>
            <Trans>Try it out</Trans>
          </Button>
          <Button type="submit" loading={connect.isPending}>
            <Trans>Add</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What an address suggests: its file without the ending, else its host. */
function nameOf(address: string): string {
  if (!URL.canParse(address.trim())) return "";
  const { hostname, pathname } = new URL(address.trim());
  const file = pathname.split("/").filter(Boolean).at(-1) ?? "";
  return file.replace(/\.\w+$/, "").slice(0, 200) || hostname;
}
