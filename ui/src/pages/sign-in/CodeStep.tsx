import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take } from "../../api/client";
import { ApiError } from "../../api/errors";
import { canUsePasskeys } from "../../api/passkeys";
import { begin } from "../../api/session";
import type { SecondStep } from "../../api/types";
import { Door } from "../../components/Door";
import { submitted } from "../../components/form";
import { Code } from "../../components/inputs";
import { Problem } from "../../components/Problem";
import { PasskeyButton } from "./PasskeyButton";

interface Props {
  step: SecondStep;
  /** `tooLate`: the server has ended this sign-in. */
  onBack: (tooLate: boolean) => void;
}

/** The second step of a sign-in: a code or a passkey, whichever there is. */
export function CodeStep({ step, onBack }: Props) {
  const byCode = step.methods.includes("totp");
  const byPasskey = step.methods.includes("passkey");
  return (
    <Door title={t`Second step`} note={byCode ? undefined : t`Your account asks for one of your passkeys.`}>
      <Stack>
        {byCode && <CodeForm token={step.mfa_token} onEnded={() => onBack(true)} />}
        {byPasskey && canUsePasskeys && (
          <PasskeyButton
            label={t`Use a passkey`}
            variant={byCode ? "default" : "filled"}
            mfaToken={step.mfa_token}
            onEnded={() => onBack(true)}
          />
        )}
        {byPasskey && !canUsePasskeys && !byCode && (
          <Text size="sm">
            <Trans>This browser can’t use passkeys here. Sign in with another one.</Trans>
          </Text>
        )}
        <Button variant="subtle" onClick={() => onBack(false)}>
          <Trans>Back</Trans>
        </Button>
      </Stack>
    </Door>
  );
}

function CodeForm({ token, onEnded }: { token: string; onEnded: () => void }) {
  const verify = useMutation({
    mutationFn: async (code: string) => {
      const body = { mfa_token: token, code: code.trim() };
      await begin(await take(api.POST("/api/v1/auth/mfa/verify", { body })));
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "unauthorized") onEnded();
    },
  });
  return (
    <form onSubmit={submitted((filled) => verify.mutate(filled("code")))}>
      <Stack>
        {verify.error && <Problem error={verify.error} />}
        <Code description={t`What your authenticator shows now, or one of your backup codes`} autoFocus />
        <Button type="submit" loading={verify.isPending} fullWidth>
          <Trans>Go on</Trans>
        </Button>
      </Stack>
    </form>
  );
}
