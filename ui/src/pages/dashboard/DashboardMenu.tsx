import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure, useFullscreenDocument } from "@mantine/hooks";
import { Ellipsis, Maximize, Minimize, Printer, Trash2 } from "lucide-react";
import { useLocation } from "wouter";
import { useDeleteDashboard } from "../../api/dashboards";
import { useMay } from "../../api/session";
import type { DashboardDetail } from "../../api/types";
import { loadCharts } from "../../charts/useChart";
import { Problem } from "../../components/Problem";

/** Minutes between refreshes; 0: none. */
export const INTERVALS = [0, 1, 5, 15, 60];

interface Props {
  dashboard: DashboardDetail;
  interval: number;
  onInterval: (minutes: number) => void;
}

export function DashboardMenu({ dashboard, interval, onInterval }: Props) {
  const may = useMay();
  const { toggle, fullscreen } = useFullscreenDocument();
  const [deleting, { open, close }] = useDisclosure();
  return (
    <>
      <Menu position="bottom-end" width={220} shadow="md">
        <Menu.Target>
          <Tooltip label={t`More`}>
            <ActionIcon variant="default" size={36} aria-label={t`More for this dashboard`}>
              <Ellipsis size={16} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={fullscreen ? <Minimize size={15} /> : <Maximize size={15} />}
            onClick={() => toggle()}
          >
            {fullscreen ? t`Leave the full screen` : t`Full screen`}
          </Menu.Item>
          <Menu.Item leftSection={<Printer size={15} />} onClick={print}>
            <Trans>Print</Trans>
          </Menu.Item>
          {may("dashboards:refresh") && (
            <>
              <Menu.Divider />
              <Menu.Label>
                <Trans>Refresh by itself</Trans>
              </Menu.Label>
              <Menu.RadioGroup value={String(interval)} onChange={(minutes) => onInterval(Number(minutes))}>
                {INTERVALS.map((minutes) => (
                  <Menu.RadioItem key={minutes} value={String(minutes)} closeMenuOnClick>
                    {nameOf(minutes)}
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </>
          )}
          {may("dashboards:delete") && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<Trash2 size={15} />} onClick={open}>
                <Trans>Delete</Trans>
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={deleting} onClose={close} title={t`Delete this dashboard?`} centered>
        <Deleting dashboard={dashboard} onClose={close} />
      </Modal>
    </>
  );
}

/** Charts that nobody has scrolled to yet can be drawn for paper once what draws them is there. */
async function print() {
  await loadCharts().catch(() => {});
  window.print();
}

function nameOf(minutes: number): string {
  if (minutes === 0) return t`Off`;
  if (minutes === 60) return t`Every hour`;
  return plural(minutes, { one: "Every minute", other: "Every # minutes" });
}

function Deleting({ dashboard, onClose }: { dashboard: DashboardDetail; onClose: () => void }) {
  const [, navigate] = useLocation();
  const remove = useDeleteDashboard(dashboard.id);
  return (
    <Stack>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Trans>“{dashboard.name}” goes with its widgets, for good. The data stay.</Trans>
      </Text>
      {remove.error && <Problem error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate(undefined, { onSuccess: () => navigate("/") })}
        >
          <Trans>Delete</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
