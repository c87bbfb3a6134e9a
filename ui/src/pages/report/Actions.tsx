import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { ChevronDown, Download, RefreshCw, ShieldCheck, Sparkles } from "lucide-react";
import { useMay } from "../../api/session";
import type { ReportDetail, ReportFormat } from "../../api/types";

const formats = (): Record<ReportFormat, string> => ({
  pdf: "PDF",
  html: t`Web page (HTML)`,
  xlsx: "Excel (XLSX)",
  pptx: "PowerPoint (PPTX)",
  csv: t`Figures (CSV)`,
  json: t`Data (JSON)`,
  md: "Markdown",
});

interface Props {
  report: ReportDetail;
  busy: boolean;
  verifying: boolean;
  onGenerate: () => void;
  onVerify: () => void;
}

export function Actions({ report, busy, verifying, onGenerate, onVerify }: Props) {
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
