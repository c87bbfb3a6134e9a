import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, FileButton, Stack, Text } from "@mantine/core";
import { Upload } from "lucide-react";
import { type DragEvent, useState } from "react";
import classes from "./UploadBox.module.css";

export const KINDS =
  ".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx,.xls,.xlsb,.ods,.parquet,.sqlite,.sqlite3,.db,.duckdb";

/** Takes files, dropped or chosen. */
export function UploadBox({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [over, setOver] = useState(false);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  }

  return (
    <section
      aria-label={t`Upload a data file`}
      className={classes.box}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap={6}>
        <Upload size={22} className={classes.icon} />
        <Text size="sm" fw={600}>
          <Trans>Drop a data file here</Trans>
        </Text>
        <Text size="xs" c="dimmed" ta="center">
          <Trans>
            CSV, TSV, Excel, JSON, Parquet, SQLite or DuckDB. It becomes a data source with a dashboard of its
            own.
          </Trans>
        </Text>
        <FileButton multiple accept={KINDS} onChange={onFiles}>
          {(props) => (
            <Button {...props} size="xs" mt={6}>
              <Trans>Choose a file</Trans>
            </Button>
          )}
        </FileButton>
      </Stack>
    </section>
  );
}
