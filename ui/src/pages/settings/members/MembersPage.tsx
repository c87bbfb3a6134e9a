import { Stack } from "@mantine/core";
import { useMay } from "../../../api/session";
import { Heading } from "../../../components/Heading";
import { Invitations } from "./Invitations";
import { Members } from "./Members";

export default function MembersPage() {
  const manages = useMay()("users:manage");
  return (
    <>
      <Heading title="Members" note="Who belongs to the organisation, and what each may do" />
      <Stack gap={36}>
        <Members manages={manages} />
        {manages && <Invitations />}
      </Stack>
    </>
  );
}
