import { Button, Group, Popover, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../api/client";
import type { ApiKey } from "../../api/types";
import { Problem } from "../../components/Problem";

export function RevokeKey({ apiKey }: { apiKey: ApiKey }) {
  const [opened, { toggle, close }] = useDisclosure();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () =>
      take(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: apiKey.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
  return (
    <Popover opened={opened} onChange={close} onDismiss={close} width={260} trapFocus shadow="md">
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" color="red" onClick={toggle}>
          Revoke
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="sm">
          “{apiKey.name}” stops working at once, for good.
        </Text>
        {revoke.error && <Problem error={revoke.error} />}
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={close}>
            Keep
          </Button>
          <Button size="xs" color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
