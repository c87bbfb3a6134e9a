import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Download, ScrollText } from "lucide-react";
import { useState } from "react";
import { type AuditFilters, auditQuery } from "../../../api/account";
import type { AuditEvent } from "../../../api/types";
import { Empty } from "../../../components/Empty";
import { Heading } from "../../../components/Heading";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { EventDrawer } from "./EventDrawer";
import { EventTable } from "./EventTable";
import { Filters } from "./Filters";

const PAGE_SIZE = 25;

export default function AuditPage() {
  const list = useList(PAGE_SIZE);
  const [filters, setFilters] = useState<AuditFilters>({});
  const [shown, setShown] = useState<AuditEvent | null>(null);
  const answer = useQuery(auditQuery({ ...list.query, ...filters }));
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <Heading title={t`Audit log`} note={t`Who did what, and from where. Nothing in it can be changed.`}>
        <Export filters={filters} />
      </Heading>
      <ListSection
        title={t`Events`}
        list={list}
        answer={answer}
        filters={
          <Filters
            value={filters}
            onChange={(value) => {
              list.setPage(1);
              setFilters(value);
            }}
          />
        }
        empty={
          <Empty icon={<ScrollText />} title={filtered ? t`No event fits` : t`No events yet`}>
            {filtered
              ? t`Take a filter away, or look at other days.`
              : t`What happens from now on stands here.`}
          </Empty>
        }
      >
        {(events) => <EventTable events={events} onShow={setShown} />}
      </ListSection>
      <EventDrawer event={shown} onClose={() => setShown(null)} />
    </>
  );
}

function Export({ filters }: { filters: AuditFilters }) {
  const query = Object.entries(filters).map(([name, value]) => [name, String(value)]);
  const href = (format: string) =>
    `/api/v1/audit-logs/export?${new URLSearchParams([...query, ["format", format]])}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Download size={16} />}
          rightSection={<ChevronDown size={14} />}
        >
          <Trans>Export</Trans>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Trans>What the filters leave, oldest first</Trans>
        </Menu.Label>
        <Menu.Item component="a" href={href("csv")} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={href("json")} download>
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
