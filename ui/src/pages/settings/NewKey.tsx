import { Alert, Button, Code, CopyButton, Group, Paper, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, take } from "../../api/client";
import { Problem } from "../../components/Problem";

const EXPIRY = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "", label: "Never" },
];

type Days = 30 | 90 | 365 | null;

export function NewKey() {
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (body: { name: string; expires_in_days: Days }) =>
      take(api.POST("/api/v1/api-keys", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("days")) || null;
    make.mutate({ name: String(form.get("name")), expires_in_days: days as Days });
    event.currentTarget.reset();
  }

  return (
    <Paper p="md">
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput label="New API key" placeholder="What it is for" name="name" required flex="1 1 12rem" />
          <Select
            label="Expires after"
            name="days"
            data={EXPIRY}
            defaultValue="90"
            allowDeselect={false}
            w={140}
          />
          <Button type="submit" loading={make.isPending}>
            Create
          </Button>
        </Group>
      </form>
      {make.error && <Problem error={make.error} />}
      {make.data && <Shown value={make.data.key} onClose={make.reset} />}
    </Paper>
  );
}

function Shown({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <Alert
      mt="md"
      color="teal"
      variant="light"
      role="status"
      title="Copy the key now: it is shown only here"
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={onClose}
    >
      <Group gap="xs">
        <Code style={{ overflowWrap: "anywhere" }}>{value}</Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="light" color="teal" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
