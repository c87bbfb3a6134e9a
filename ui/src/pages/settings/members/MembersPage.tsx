import { t } from "@lingui/core/macro";
import { useMay } from "../../../api/session";
import { Heading } from "../../../components/Heading";
import { Invitations } from "./Invitations";
import { Members } from "./Members";

export default function MembersPage() {
  const manages = useMay()("users:manage");
  return (
    <>
      <Heading title={t`Members`} note={t`Who belongs to the organisation, and what each may do`} />
      <Members manages={manages}>{manages && <Invitations />}</Members>
    </>
  );
}
