import { t } from "@lingui/core/macro";
import { Center, Loader } from "@mantine/core";

export function Loading() {
  return (
    <Center mih="60vh">
      <Loader type="dots" aria-label={t`Loading`} />
    </Center>
  );
}
