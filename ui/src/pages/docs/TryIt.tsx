import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Code, FileInput, Group, JsonInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AnswerView } from "./AnswerView";
import { CopyText } from "./CopyText";
import { bodyType, curl, firstFilled, JSON_BODY, MULTIPART } from "./example";
import type { Endpoint, Parameter } from "./openapi";
import { useSpecification } from "./SpecificationContext";
import { send } from "./send";

/** The request as a line for the shell, and a form that sends it from here. */
export function TryIt({ endpoint }: { endpoint: Endpoint }) {
  const { specification, key } = useSpecification();
  const [filled, setFilled] = useState(() => firstFilled(endpoint, specification));
  const [files, setFiles] = useState<File[]>([]);
  const request = useMutation({ mutationFn: () => send(endpoint, filled, key, files) });
  const fill = (name: string, value: string) =>
    setFilled((old) => ({ ...old, values: { ...old.values, [name]: value } }));
  const kind = bodyType(endpoint);
  const line = curl(endpoint, filled, location.origin);

  function submit(event: FormEvent) {
    event.preventDefault();
    request.mutate();
  }

  return (
    <Stack gap="sm" miw={0}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          <Trans>Request</Trans>
        </Text>
        <CopyText text={line} />
      </Group>
      <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {line}
      </Code>
      <form onSubmit={submit}>
        <Stack gap="xs">
          {(endpoint.parameters ?? []).map((parameter) => (
            <ParameterInput
              key={parameter.name}
              parameter={parameter}
              value={filled.values[parameter.name] ?? ""}
              onChange={(value) => fill(parameter.name, value)}
            />
          ))}
          {kind === JSON_BODY && (
            <JsonInput
              label={t`Body`}
              size="xs"
              autosize
              minRows={2}
              maxRows={16}
              validationError={t`This is not JSON`}
              styles={{ input: { fontFamily: "monospace" } }}
              value={filled.body}
              onChange={(body) => setFilled((old) => ({ ...old, body }))}
            />
          )}
          {kind === MULTIPART && (
            <FileInput label={t`Files`} size="xs" multiple value={files} onChange={setFiles} required />
          )}
          <Group gap="sm">
            <Button type="submit" size="xs" loading={request.isPending}>
              <Trans>Try it</Trans>
            </Button>
            {endpoint.method !== "get" && (
              <Text size="xs" c="dimmed">
                <Trans>This works on your real data.</Trans>
              </Text>
            )}
          </Group>
        </Stack>
      </form>
      {request.data && <AnswerView answer={request.data} />}
    </Stack>
  );
}

interface InputProps {
  parameter: Parameter;
  value: string;
  onChange: (value: string) => void;
}

function ParameterInput({ parameter, value, onChange }: InputProps) {
  const shared = { label: parameter.name, size: "xs", required: parameter.required } as const;
  const choices = [parameter.schema, ...(parameter.schema?.anyOf ?? [])].find((one) => one?.enum)?.enum;
  if (choices) {
    return (
      <Select
        {...shared}
        data={choices.map(String)}
        value={value || null}
        onChange={(one) => onChange(one ?? "")}
        clearable
      />
    );
  }
  return <TextInput {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
