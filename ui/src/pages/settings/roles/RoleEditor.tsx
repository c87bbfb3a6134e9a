import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../../api/client";
import type { NewRole, PermissionTable, Role } from "../../../api/types";
import { refusal, submitted } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { PermissionPicker } from "../Permissions";

const FIELDS = ["name", "description", "permissions"];

interface Props {
  role: Role | null;
  table: PermissionTable;
  onClose: () => void;
}

export function RoleEditor({ role, table, onClose }: Props) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(role?.permissions ?? []);
  // What the owner alone has, no other role can hold.
  const offered = table.permissions.filter((row) => row.roles.some((one) => one !== "owner"));
  const save = useMutation({
    mutationFn: (body: NewRole) =>
      role
        ? take(api.PATCH("/api/v1/roles/{role_id}", { params: { path: { role_id: role.id } }, body }))
        : take(api.POST("/api/v1/roles", { body })),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ["roles"] }),
        client.invalidateQueries({ queryKey: ["permissions"] }),
      ]);
      onClose();
    },
  });

  return (
    <Modal opened onClose={onClose} title={role ? t`Role ${role.name}` : t`New role`} size="lg">
      <form
        onSubmit={submitted((filled) =>
          save.mutate({ name: filled("name"), description: filled("description"), permissions: chosen }),
        )}
      >
        <Stack>
          {save.error && <Problem error={save.error} fields={FIELDS} />}
          <TextInput
            name="name"
            label={t`Name`}
            description={t`Small letters, digits, - and _; it begins with a letter`}
            pattern="[a-z][a-z0-9_\-]*"
            title={t`Small letters, digits, - and _; it begins with a letter`}
            maxLength={20}
            required
            withAsterisk={false}
            defaultValue={role?.name}
            error={refusal(save.error, "name")}
            data-autofocus
          />
          <TextInput
            name="description"
            label={t`Description`}
            maxLength={2000}
            defaultValue={role?.description}
            error={refusal(save.error, "description")}
          />
          <PermissionPicker offered={offered} chosen={chosen} onChange={setChosen} />
          {refusal(save.error, "permissions") && (
            <Text size="xs" c="red">
              {refusal(save.error, "permissions")}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" loading={save.isPending}>
              {role ? t`Save` : t`Make the role`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
