import { Stack } from "@mantine/core";
import { useMay } from "../../api/session";
import { AddFromWeb } from "./AddFromWeb";
import { ConnectDatabase } from "./ConnectDatabase";
import { UploadBox } from "./UploadBox";
import { UploadProgress } from "./UploadProgress";
import { useUploads } from "./useUploads";

export function Uploads() {
  const { uploads, add, remove } = useUploads();
  const may = useMay();
  return (
    <Stack gap="xs">
      {may("data_sources:create") && (
        <>
          <UploadBox onFiles={add} />
          <ConnectDatabase />
          <AddFromWeb />
        </>
      )}
      {uploads.map((upload) => (
        <UploadProgress key={upload.id} upload={upload} onRemove={() => remove(upload.id)} />
      ))}
    </Stack>
  );
}
