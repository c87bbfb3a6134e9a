import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Database } from "lucide-react";
import { ConnectForm } from "./ConnectForm";

/** The button that connects a database, and the form behind it. */
export function ConnectDatabase() {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" fullWidth leftSection={<Database size={16} />} onClick={open}>
        Connect a database
      </Button>
      <Modal opened={opened} onClose={close} title="Connect a database" size="lg" closeOnClickOutside={false}>
        <ConnectForm onDone={close} />
      </Modal>
    </>
  );
}
