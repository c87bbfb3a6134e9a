import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import {
  ChevronDown,
  Download,
  Gauge,
  ListFilter,
  NotebookPen,
  RefreshCw,
  ShieldCheck,
  Sparkles,
} from "lucide-react";
import { useMay } from "../../api/session";
import type { ReportDetail } from "../../api/types";
import { formats } from "./names";

interface Props {
  report: ReportDetail;
  busy: boolean;
  verifying: boolean;
  onGenerate: () => void;
  onVerify: () => void;
  onNotes: () => void;
  onFilters: () => void;
  onThresholds: () => void;
}

export function Actions(props: Props) {
  const { report, busy, verifying, onGenerate, onVerify, onNotes, onFilters, onThresholds } = props;
  const generated = report.generated_at !== null;
  const may = useMay();
  return (
    <>
      {may("reports:generate") && (
        <Button
          variant={generated ? "default" : "filled"}
          leftSection={generated ? <RefreshCw size={16} /> : <Sparkles size={16} />}
          onClick={onGenerate}
          loading={busy}
        >
          {generated ? t`Generate again` : t`Generate`}
        </Button>
      )}
      {may("reports:update") && (
        <>
          <Button variant="default" leftSection={<ListFilter size={16} />} onClick={onFilters}>
            <Trans>Filters</Trans>
          </Button>
          <Button variant="default" leftSection={<Gauge size={16} />} onClick={onThresholds}>
            <Trans>Thresholds</Trans>
          </Button>
          <Button variant="default" leftSection={<NotebookPen size={16} />} onClick={onNotes}>
            <Trans>Notes</Trans>
          </Button>
        </>
      )}
      {generated && (
        <>
          <Button
            variant="default"
            leftSection={<ShieldCheck size={16} />}
            onClick={onVerify}
            loading={verifying}
            title={t`Compute every number again from the data as they are now`}
          >
            <Trans>Verify</Trans>
          </Button>
          <Downloads id={report.id} />
        </>
      )}
    </>
  );
}

function Downloads({ id }: { id: number }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Download size={16} />} rightSection={<ChevronDown size={14} />}>
          <Trans>Download</Trans>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(formats()).map(([format, label]) => (
          <Menu.Item
            key={format}
            component="a"
            href={`/api/v1/reports/${id}/download?format=${format}`}
            download
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
