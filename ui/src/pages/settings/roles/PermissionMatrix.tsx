import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ScrollArea, Stack, Table, Title, VisuallyHidden } from "@mantine/core";
import { Check } from "lucide-react";
import { Fragment } from "react";
import type { PermissionTable } from "../../../api/types";
import { roleName } from "../../../components/roles";
import { byResource, resourceName } from "../Permissions";
import { permissionWords } from "../permissionWords";
import classes from "./PermissionMatrix.module.css";

/** Which role may do what. */
export function PermissionMatrix({ table }: { table: PermissionTable }) {
  return (
    <Stack component="section" aria-label={t`Permissions`} gap="sm">
      <Title order={2} size="h4">
        <Trans>Permissions</Trans>
      </Title>
      <ScrollArea viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`Permissions by role` }}>
        <Table fz="sm" verticalSpacing={6} highlightOnHover miw={160 + 96 * table.roles.length}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" className={classes.first}>
                <Trans>Permission</Trans>
              </Table.Th>
              {table.roles.map((role) => (
                <Table.Th key={role} scope="col" ta="center" fz="xs">
                  {roleName(role)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {byResource(table.permissions).map(([resource, rows]) => (
              <Fragment key={resource}>
                <Table.Tr>
                  <Table.Th scope="rowgroup" colSpan={table.roles.length + 1} c="dimmed" fz="xs" pt="sm">
                    {resourceName(resource)}
                  </Table.Th>
                </Table.Tr>
                {rows.map((row) => (
                  <Table.Tr key={row.name}>
                    <Table.Th scope="row" fw={400} title={row.name} className={classes.first}>
                      {permissionWords(row)}
                    </Table.Th>
                    {table.roles.map((role) => (
                      <Table.Td key={role} ta="center">
                        <Mark on={row.roles.includes(role)} />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Stack>
  );
}

function Mark({ on }: { on: boolean }) {
  if (!on)
    return (
      <VisuallyHidden>
        <Trans>no</Trans>
      </VisuallyHidden>
    );
  return <Check size={16} color="var(--mantine-color-teal-text)" aria-label={t`yes`} role="img" />;
}
