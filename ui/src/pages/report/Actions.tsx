import { Button, Menu } from "@mantine/core";
import { ChevronDown, Download, RefreshCw, ShieldCheck, Sparkles } from "lucide-react";
import { useMay } from "../../api/session";
import type { ReportDetail, ReportFormat } from "../../api/types";

const FORMATS: Record<ReportFormat, string> = {
  pdf: "PDF",
  html: "Web page (HTML)",
  xlsx: "Excel (XLSX)",
  pptx: "PowerPoint (PPTX)",
  csv: "Figures (CSV)",
  json: "Data (JSON)",
  md: "Markdown",
};

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
          {generated ? "Generate again" : "Generate"}
        </Button>
      )}
      {generated && (
        <>
          <Button
            variant="default"
            leftSection={<ShieldCheck size={16} />}
            onClick={onVerify}
            loading={verifying}
            title="Compute every number again from the data as they are now"
          >
            Verify
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
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, label]) => (
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
