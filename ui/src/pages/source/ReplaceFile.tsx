import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, FileButton, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { FileUp } from "lucide-react";
import { KINDS } from "../home/UploadBox";

interface Props {
  name: string;
  busy: boolean;
  onFile: (file: File) => void;
}

/** The button that puts another file in the place of a source's, and what that means. */
export function ReplaceFile({ name, busy, onFile }: Props) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<FileUp size={16} />} loading={busy} onClick={open}>
        <Trans>Replace the file…</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`Replace the file`}>
        <Stack>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <Trans>
              “{name}” gets the tables of another file. Its dashboards, reports and forecasts stay and are
              asked of the new rows; columns with the same names are found again.
            </Trans>
          </Text>
          <Text size="sm" c="dimmed">
            <Trans>What is there now goes on answering until the new file has been read as a whole.</Trans>
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <FileButton
              accept={KINDS}
              onChange={(file) => {
                if (!file) return;
                close();
                onFile(file);
              }}
            >
              {(props) => (
                <Button {...props} data-autofocus>
                  <Trans>Choose a file</Trans>
                </Button>
              )}
            </FileButton>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
