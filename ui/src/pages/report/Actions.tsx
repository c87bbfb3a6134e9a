import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, Download, RefreshCw, ShieldCheck, Sparkles } from "lucide-react";
import { download } from "../../api/client";
import { sentence } from "../../api/errors";
import type { ReportDetail, ReportFormat } from "../../api/types";

const FORMATS: Record<ReportFormat, string> = {
  pdf: "PDF",
  html: "Web page (HTML)",
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
  return (
    <>
      <Button
        variant={generated ? "default" : "filled"}
        leftSection={generated ? <RefreshCw size={16} /> : <Sparkles size={16} />}
        onClick={onGenerate}
        loading={busy}
      >
        {generated ? "Generate again" : "Generate"}
      </Button>
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
  const save = useMutation({
    mutationFn: (format: ReportFormat) => download(`/api/v1/reports/${id}/download?format=${format}`),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          leftSection={<Download size={16} />}
          rightSection={<ChevronDown size={14} />}
          loading={save.isPending}
          color={save.error ? "red" : undefined}
          title={save.error ? sentence(save.error) : undefined}
        >
          {save.error ? "Download failed" : "Download"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, label]) => (
          <Menu.Item key={format} onClick={() => save.mutate(format as ReportFormat)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
