import { Alert, Text } from "@mantine/core";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { Verification } from "../../api/types";
import { DataTable } from "../../components/DataTable";
import { count } from "../../components/format";

interface Props {
  answer: Verification;
  onClose: () => void;
}

/** What came out when every number was computed again. */
export function Verified({ answer, onClose }: Props) {
  const { checked, holding, failing } = answer;
  const good = failing.length === 0;
  return (
    <Alert
      color={good ? "teal" : "orange"}
      variant="light"
      role="status"
      icon={good ? <ShieldCheck size={20} /> : <ShieldAlert size={20} />}
      title={
        good
          ? `All ${count(checked)} numbers hold`
          : `${count(holding)} of ${count(checked)} numbers hold, ${count(failing.length)} do not`
      }
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={onClose}
    >
      {good ? (
        <Text size="sm">Each was computed again from the data as they are now.</Text>
      ) : (
        <div style={{ overflowX: "auto" }}>
          <DataTable
            columns={["Number", "In the report", "Computed now", "Why"]}
            numeric={[false, true, true, false]}
            rows={failing.map((row) => [row.id, row.text, String(row.recomputed ?? "—"), row.reason])}
          />
        </div>
      )}
    </Alert>
  );
}
