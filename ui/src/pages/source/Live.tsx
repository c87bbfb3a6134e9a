import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pause, Pencil, Play, PlugZap, RefreshCw } from "lucide-react";
import { api, take } from "../../api/client";
import { enginesQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import type { Connection, Engine, Source, SourceDetail } from "../../api/types";
import { Problem } from "../../components/Problem";
import { Saved } from "../../components/Saved";
import { CopyState, Freshness } from "./Copy";
import { hasSchemas, tlsInWords } from "./connection";
import { EditConnection } from "./EditConnection";
import { EditReading } from "./EditReading";
import { useReading } from "./useReading";
import { EditWeb } from "./web/EditWeb";
import { isEditable, webKinds } from "./web/web";

/** Where the rows of a connected database are, and what can be done about it. */
export function Live({ source }: { source: SourceDetail }) {
  const may = useMay();
  const params = { path: { source_id: source.id } };
  const [editing, { open, close }] = useDisclosure();
  const { data } = useQuery(enginesQuery());
  const engine = data?.engines.find((one) => one.engine === source.engine);
  const reading = useReading();
  const test = useMutation({
    mutationFn: () => take(api.POST("/api/v1/data-sources/{source_id}/test", { params })),
  });
  const choosing = useDisclosure();
  const copied = source.mode === "synced";
  const paused = source.status === "paused";
  const client = useQueryClient();
  const toggle = useMutation({
    mutationFn: () =>
      paused
        ? take(api.POST("/api/v1/data-sources/{source_id}/resume", { params }))
        : take(api.POST("/api/v1/data-sources/{source_id}/pause", { params })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["source", source.id] }),
        client.invalidateQueries({ queryKey: ["sources"] }),
      ]),
  });
  const error = test.error ?? reading.error ?? toggle.error;
  if (!source.connection) return null;
  const onWeb = source.type === "web";
  const connection = source.connection as unknown as Connection;
  const kept = { ...source.connection, engine: source.engine };
  const onForm = onWeb && isEditable(kept) ? kept : null;
  function saved(changed: Source) {
    test.reset();
    reading.mutate(() => Promise.resolve(changed));
  }

  function tryOut() {
    reading.reset();
    test.mutate();
  }

  function refresh() {
    test.reset();
    reading.mutate(() => take(api.POST("/api/v1/data-sources/{source_id}/sync", { params })));
  }

  return (
    <Paper p="md" component="section" aria-label={t`Connection`}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2} flex="1 1 16rem">
            <Title order={2} size="h5">
              <Trans>Connection</Trans>
            </Title>
            <Freshness source={source} />
          </Stack>
          <Group gap="xs">
            {may("data_sources:sync") && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<PlugZap size={14} />}
                  loading={test.isPending}
                  onClick={tryOut}
                >
                  <Trans>Test connection</Trans>
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<RefreshCw size={14} />}
                  loading={reading.isPending}
                  disabled={source.status !== "active" || source.progress !== null}
                  onClick={refresh}
                >
                  {copied ? t`Copy now` : t`Refresh tables`}
                </Button>
              </>
            )}
            {may("data_sources:update") && (
              <>
                {(!onWeb || onForm) && (
                  <Button size="xs" variant="default" leftSection={<Pencil size={14} />} onClick={open}>
                    <Trans>Edit connection</Trans>
                  </Button>
                )}
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<Pencil size={14} />}
                  onClick={choosing[1].open}
                >
                  <Trans>How it is read</Trans>
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={paused ? <Play size={14} /> : <Pause size={14} />}
                  loading={toggle.isPending}
                  disabled={!paused && source.status !== "active"}
                  onClick={() => toggle.mutate()}
                >
                  {paused ? t`Resume` : t`Pause`}
                </Button>
              </>
            )}
          </Group>
        </Group>
        {onWeb ? (
          <WebFacts source={source} />
        ) : (
          <Facts engine={engine} name={source.engine} connection={connection} />
        )}
        <CopyState source={source} />
        {error && <Problem error={error} />}
        <Saved when={test.isSuccess || (reading.isSuccess && !source.error_message)}>
          {test.data ? t`${test.data.server} answers.` : t`It is up to date.`}
        </Saved>
      </Stack>
      <EditReading
        opened={choosing[0]}
        onClose={choosing[1].close}
        source={source}
        onSaved={(saved) => reading.mutate(() => Promise.resolve(saved))}
      />
      <EditConnection
        opened={editing && !onWeb}
        onClose={close}
        source={source.id}
        engine={engine}
        connection={connection}
        onSaved={saved}
      />
      {onForm && (
        <EditWeb opened={editing} onClose={close} source={source.id} connection={onForm} onSaved={saved} />
      )}
    </Paper>
  );
}

interface FactsProps {
  engine: Engine | undefined;
  name: string;
  connection: Connection;
}

function Facts({ engine, name, connection }: FactsProps) {
  const port = connection.port ?? engine?.port;
  const facts = [
    [t`Kind`, engine?.title ?? name],
    [t`Host`, port ? `${connection.host}:${port}` : connection.host],
    [t`Database`, connection.database],
    [t`User`, connection.user],
    [t`Encryption`, tlsInWords(connection.tls ?? "prefer").label],
    ...(hasSchemas(name)
      ? [[t`Schemas`, connection.schemas?.join(", ") || t`all that the user may read`]]
      : []),
  ];
  return <FactList facts={facts} />;
}

/** Of data on the web: what they are, and where. */
function WebFacts({ source }: { source: SourceDetail }) {
  const kinds: Record<string, string> = webKinds();
  const { address, url } = source.connection as { address?: string; url?: string };
  return (
    <FactList
      facts={[
        [t`Kind`, kinds[source.engine] ?? source.engine],
        [t`Address`, address ?? url ?? ""],
      ]}
    />
  );
}

function FactList({ facts }: { facts: (string | undefined)[][] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="xs" component="dl" m={0}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <Text component="dt" size="xs" c="dimmed">
            {term}
          </Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
