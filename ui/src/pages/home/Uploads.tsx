import { Stack } from "@mantine/core";
import { UploadBox } from "./UploadBox";
import { UploadProgress } from "./UploadProgress";
import { useUploads } from "./useUploads";

export function Uploads() {
  const { uploads, add, remove } = useUploads();
  return (
    <Stack gap="xs">
      <UploadBox onFiles={add} />
      {uploads.map((upload) => (
        <UploadProgress key={upload.id} upload={upload} onRemove={() => remove(upload.id)} />
      ))}
    </Stack>
  );
}
