import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Database } from "lucide-react";
import { lazy, Suspense } from "react";
import { Loading } from "../../components/Loading";

const ConnectForm = lazy(() => import("./ConnectForm"));

/** The button that connects a database, and the form behind it. */
export function ConnectDatabase() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" fullWidth leftSection={<Database size={16} />} onClick={open}>
        <Trans>Connect a database</Trans>
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t`Connect a database`}
        size="lg"
        closeOnClickOutside={false}
      >
        <Suspense fallback={<Loading />}>
          <ConnectForm onDone={close} />
        </Suspense>
      </Modal>
    </>
  );
}
