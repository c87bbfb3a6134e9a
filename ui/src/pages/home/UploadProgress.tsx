import { t } from "@lingui/core/macro";
import { ActionIcon, Alert, Group, Paper, Progress, Text } from "@mantine/core";
import { CircleAlert, X } from "lucide-react";
import { sentence } from "../../api/errors";
import { bytes } from "../../components/format";
import type { Upload } from "./useUploads";

interface Props {
  upload: Upload;
  onRemove: () => void;
}

export function UploadProgress({ upload, onRemove }: Props) {
  if (upload.stage === "failed") {
    return (
      <Alert
        color="red"
        variant="light"
        role="alert"
        icon={<CircleAlert size={18} />}
        title={upload.file.name}
        withCloseButton
        closeButtonLabel={t`Dismiss`}
        onClose={onRemove}
      >
        {sentence(upload.error)}
      </Alert>
    );
  }
  const sending = upload.stage === "uploading" && upload.share < 1;
  return (
    <Paper p="sm" px="md" aria-live="polite">
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Text size="sm" fw={600} truncate>
          {upload.file.name}
        </Text>
        {sending && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t`Stop the upload`}
            onClick={upload.stop}
          >
            <X size={14} />
          </ActionIcon>
        )}
      </Group>
      <Progress
        value={sending ? upload.share * 100 : 100}
        animated={!sending}
        aria-label={t`Progress of ${upload.file.name}`}
      />
      <Text size="xs" c="dimmed" mt={6}>
        {wordsOf(upload)}
      </Text>
    </Paper>
  );
}

function wordsOf({ stage, share, file }: Upload): string {
  if (stage === "dashboard") return t`Making the dashboard …`;
  if (stage === "preparing" || share === 1) return t`Preparing …`;
  const [percent, size] = [Math.floor(share * 100), bytes(file.size)];
  return t`${percent} % of ${size}`;
}
