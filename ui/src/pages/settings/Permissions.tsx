import { t } from "@lingui/core/macro";
import { Checkbox, SimpleGrid, Stack } from "@mantine/core";
import type { PermissionRow } from "../../api/types";
import { words } from "../../components/format";
import { permissionWords } from "./permissionWords";

/** Permissions by what they are about: "reports:read" belongs to "reports". */
export function byResource(rows: PermissionRow[]): [string, PermissionRow[]][] {
  const groups = new Map<string, PermissionRow[]>();
  for (const row of rows) {
    const resource = row.name.split(":")[0] ?? row.name;
    groups.set(resource, [...(groups.get(resource) ?? []), row]);
  }
  return [...groups];
}

interface Props {
  offered: PermissionRow[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** Boxes to tick, by resource; the box of a resource stands for all of it. */
export function PermissionPicker({ offered, chosen, onChange }: Props) {
  const set = (names: string[], on: boolean) =>
    onChange(on ? [...new Set([...chosen, ...names])] : chosen.filter((name) => !names.includes(name)));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
      {byResource(offered).map(([resource, rows]) => {
        const names = rows.map((row) => row.name);
        const held = names.filter((name) => chosen.includes(name)).length;
        return (
          <Stack key={resource} gap={6} component="fieldset" bd={0} p={0} m={0}>
            <Checkbox
              label={resourceName(resource)}
              fw={600}
              description={rows.length === 1 && rows[0] ? permissionWords(rows[0]) : undefined}
              checked={held === names.length}
              indeterminate={held > 0 && held < names.length}
              onChange={(event) => set(names, event.currentTarget.checked)}
            />
            {rows.length > 1 &&
              rows.map((row) => (
                <Checkbox
                  key={row.name}
                  ml="lg"
                  size="xs"
                  label={permissionWords(row)}
                  title={row.name}
                  checked={chosen.includes(row.name)}
                  onChange={(event) => set([row.name], event.currentTarget.checked)}
                />
              ))}
          </Stack>
        );
      })}
    </SimpleGrid>
  );
}

/** What permissions are about; those of a newer server by their own name. */
export function resourceName(resource: string): string {
  const text = words(resource);
  const names: Record<string, string> = {
    analysis: t`Analysis`,
    api_keys: t`API keys`,
    audit_logs: t`Audit log`,
    billing: t`Plan`,
    content: t`Content`,
    dashboards: t`Dashboards`,
    data_sources: t`Data sources`,
    forecasts: t`Forecasts`,
    members: t`Members`,
    models: t`Models`,
    organization: t`Organisation`,
    report_settings: t`Report settings`,
    reports: t`Reports`,
    security: t`Security`,
    usage: t`Usage`,
    users: t`Users`,
  };
  return names[resource] ?? text.charAt(0).toUpperCase() + text.slice(1);
}
