import { t } from "@lingui/core/macro";
import { Stack } from "@mantine/core";
import { canUsePasskeys } from "../../../api/passkeys";
import { Heading } from "../../../components/Heading";
import { PasskeysPart } from "./PasskeysPart";
import { PasswordPart } from "./PasswordPart";
import { SecondFactorPart } from "./SecondFactorPart";
import { Sessions } from "./Sessions";

export default function SecurityPage() {
  return (
    <>
      <Heading title={t`Security`} note={t`How you sign in, and where you are signed in`} />
      <Stack gap="lg">
        <SecondFactorPart />
        {canUsePasskeys && <PasskeysPart />}
        <PasswordPart />
        <Sessions />
      </Stack>
    </>
  );
}
