import { t } from "@lingui/core/macro";
import { Stack } from "@mantine/core";
import { Heading } from "../../../components/Heading";
import { LookPart } from "./LookPart";
import { Templates } from "./Templates";

export default function ReportsPage() {
  return (
    <>
      <Heading title={t`Reports`} note={t`How they look, the language they speak, and their templates`} />
      <Stack gap={36}>
        <LookPart />
        <Templates />
      </Stack>
    </>
  );
}
