import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Group, Stack, Text } from "@mantine/core";
import { Fragment } from "react";
import classes from "./EndpointCard.module.css";
import type { Endpoint, Response } from "./openapi";
import { Prose } from "./Prose";
import { Fields, SchemaView } from "./SchemaView";
import { TryIt } from "./TryIt";

export function EndpointDetail({ endpoint }: { endpoint: Endpoint }) {
  const parameters = endpoint.parameters ?? [];
  const bodies = Object.entries(endpoint.requestBody?.content ?? {});
  return (
    <div className={classes.detail}>
      <Stack gap="md">
        <Stack gap="xs">
          <Prose text={endpoint.description ?? endpoint.summary ?? ""} />
          <Group gap={6}>
            <Permission endpoint={endpoint} />
          </Group>
        </Stack>
        {parameters.length > 0 && (
          <Part title={t`Parameters`}>
            <Fields
              fields={parameters.map((one) => ({
                name: one.name,
                schema: { ...one.schema, description: one.description ?? one.schema?.description },
                required: one.required ?? false,
                note: t`in ${one.in}`,
              }))}
            />
          </Part>
        )}
        {bodies.map(([type, { schema }]) => (
          <Part key={type} title={t`Body`} note={type}>
            {schema && <SchemaView schema={schema} asked />}
          </Part>
        ))}
        <Part title={t`Answers`}>
          <Answers responses={endpoint.responses} />
        </Part>
      </Stack>
      <TryIt endpoint={endpoint} />
    </div>
  );
}

function Permission({ endpoint }: { endpoint: Endpoint }) {
  const permission = endpoint["x-permission"];
  const words: Record<string, string> = { public: t`No sign-in needed`, signed_in: t`Any signed-in caller` };
  return (
    <>
      <Badge variant="default" tt="none" radius="sm">
        {words[permission] ?? t`Permission: ${permission}`}
      </Badge>
      {endpoint["x-generation"] && (
        <Badge variant="default" tt="none" radius="sm">
          <Trans>Counts as a generation</Trans>
        </Badge>
      )}
    </>
  );
}

function Part({ title, note, children }: { title: string; note?: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}{" "}
        {note && (
          <Text span size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </Text>
      {children}
    </div>
  );
}

function Answers({ responses }: { responses: Record<string, Response> }) {
  const all = Object.entries(responses);
  const errors = all.filter(([status]) => status >= "400");
  const codes = errors.map(([status]) => status).join(", ");
  return (
    <ul className={classes.tree}>
      {all
        .filter(([status]) => status < "400")
        .map(([status, { content = {} }]) => (
          <li key={status}>
            <strong>{status}</strong>{" "}
            <span className={classes.dimmed}>{Object.keys(content).join(", ")}</span>
            {Object.entries(content).map(([type, { schema }]) => (
              <Fragment key={type}>{schema && <SchemaView schema={schema} />}</Fragment>
            ))}
          </li>
        ))}
      <li>
        <details>
          <summary>
            <Trans>Errors: {codes}</Trans>
          </summary>
          <ul className={classes.tree}>
            {errors.map(([status, { description }]) => (
              <li key={status}>
                <strong>{status}</strong> {description}
              </li>
            ))}
          </ul>
        </details>
      </li>
    </ul>
  );
}
