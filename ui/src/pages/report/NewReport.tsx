import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, type ButtonProps, Modal, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { FilePlus2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useMay } from "../../api/session";
import type { Analysis, DashboardDetail } from "../../api/types";

const NewReportForm = lazy(() => import("./NewReportForm"));

/** What a report is about; nothing yet where it is chosen in the form. */
export type About =
  | { source: { id: number; name: string } }
  | { dashboard: DashboardDetail }
  | { answer: Analysis };

interface Props extends Pick<ButtonProps, "size"> {
  about?: About;
  variant?: "filled" | "default";
}

/** The button that begins a report, and the form behind it. */
export function NewReport({ about, size, variant = size ? "default" : "filled" }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay();
  if (!may("reports:generate") || !may("reports:create")) return null;
  return (
    <>
      <Button variant={variant} size={size} leftSection={<FilePlus2 size={size ? 14 : 16} />} onClick={open}>
        {about ? <Trans>Make a report</Trans> : <Trans>New report</Trans>}
      </Button>
      <Modal opened={opened} onClose={close} title={t`New report`} centered>
        <Suspense fallback={<Skeleton h={320} aria-busy />}>
          <NewReportForm about={about} onDone={close} />
        </Suspense>
      </Modal>
    </>
  );
}
