import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { UserCog } from "lucide-react";
import { useState } from "react";
import { rolesQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import type { PermissionTable, Role } from "../../../api/types";
import { EditableRow } from "../../../components/EditableRow";
import { Empty } from "../../../components/Empty";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { RoleEditor } from "./RoleEditor";

const PAGE_SIZE = 20;

interface Props {
  table: PermissionTable;
  manages: boolean;
}

export function OwnRoles({ table, manages }: Props) {
  const list = useList(PAGE_SIZE);
  const [edited, setEdited] = useState<Role | "new" | null>(null);
  return (
    <>
      <ListSection
        title={t`Roles of your own`}
        list={list}
        answer={useQuery(rolesQuery(list.query))}
        filters={
          manages && (
            <div>
              <Button size="xs" onClick={() => setEdited("new")}>
                <Trans>New role</Trans>
              </Button>
            </div>
          )
        }
        empty={
          <Empty icon={<UserCog />} title={t`No roles of your own yet`}>
            {manages
              ? t`Make one where none of those below fits: a name for a set of permissions.`
              : t`The owner can make them, besides those below.`}
          </Empty>
        }
      >
        {(roles) => (
          <Stack gap="xs">
            {roles.map((role) => (
              <RoleRow key={role.id} role={role} onEdit={manages ? () => setEdited(role) : undefined} />
            ))}
          </Stack>
        )}
      </ListSection>
      {edited && (
        <RoleEditor role={edited === "new" ? null : edited} table={table} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function RoleRow({ role, onEdit }: { role: Role; onEdit: (() => void) | undefined }) {
  const client = useQueryClient();
  async function remove() {
    await take(api.DELETE("/api/v1/roles/{role_id}", { params: { path: { role_id: role.id } } }));
    await Promise.all([
      client.invalidateQueries({ queryKey: ["roles"] }),
      client.invalidateQueries({ queryKey: ["permissions"] }),
    ]);
  }
  return (
    <EditableRow
      name={role.name}
      onEdit={onEdit}
      question={t`The role “${role.name}” goes, for good. It must not be anybody's by then.`}
      onDelete={remove}
    >
      <Text size="xs" c="dimmed">
        {[role.description, permissionsInWords(role.permissions.length)].filter(Boolean).join(" · ")}
      </Text>
    </EditableRow>
  );
}

const permissionsInWords = (n: number) => plural(n, { one: "# permission", other: "# permissions" });
