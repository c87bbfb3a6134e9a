import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
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
          ? t`All ${count(checked)} numbers hold`
          : t`${count(holding)} of ${count(checked)} numbers hold, ${count(failing.length)} do not`
      }
      withCloseButton
      closeButtonLabel={t`Dismiss`}
      onClose={onClose}
    >
      {good ? (
        <Text size="sm">
          <Trans>Each was computed again from the data as they are now.</Trans>
        </Text>
      ) : (
        <div style={{ overflowX: "auto" }}>
          <DataTable
            columns={[t`Number`, t`In the report`, t`Computed now`, t`Why`]}
            numeric={[false, true, true, false]}
            rows={failing.map((row) => [row.id, row.text, String(row.recomputed ?? "—"), row.reason])}
          />
        </div>
      )}
    </Alert>
  );
}
