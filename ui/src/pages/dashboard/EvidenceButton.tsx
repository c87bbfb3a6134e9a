import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Loader, Popover, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { FileSearch } from "lucide-react";
import { evidenceQuery } from "../../api/queries";
import { Evidence } from "../../components/Evidence";
import { Problem } from "../../components/Problem";

/** Where a widget's numbers come from. */
export function EvidenceButton({ id }: { id: number }) {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <Popover
      opened={opened}
      onChange={close}
      onDismiss={close}
      width={420}
      position="bottom-end"
      shadow="md"
      trapFocus
    >
      <Popover.Target>
        <Tooltip label={t`Where this comes from`} disabled={opened}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t`Where this comes from`}
            onClick={toggle}
          >
            <FileSearch size={15} color="var(--mantine-color-dimmed)" />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">{opened && <Proof id={id} />}</Popover.Dropdown>
    </Popover>
  );
}

function Proof({ id }: { id: number }) {
  const { data, error } = useQuery(evidenceQuery(id));
  if (error) return <Problem error={error} />;
  if (!data) return <Loader size="sm" type="dots" />;
  return (
    <>
      <Text size="sm" fw={600} mb="xs">
        <Trans>Where this comes from</Trans>
      </Text>
      <Evidence {...data} />
    </>
  );
}
