import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Globe } from "lucide-react";
import { lazy, Suspense } from "react";
import { Loading } from "../../components/Loading";

const WebForm = lazy(() => import("../source/web/WebForm"));

/** The button that adds data from the web, and the form behind it. */
export function AddFromWeb() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" fullWidth leftSection={<Globe size={16} />} onClick={open}>
        <Trans>Add from the web</Trans>
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t`Add from the web`}
        size="lg"
        closeOnClickOutside={false}
      >
        <Suspense fallback={<Loading />}>
          <WebForm onDone={close} />
        </Suspense>
      </Modal>
    </>
  );
}
