import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Divider, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import { useState } from "react";
import { Link, useSearch } from "wouter";
import { api, take } from "../../api/client";
import { canUsePasskeys } from "../../api/passkeys";
import { begin } from "../../api/session";
import type { SecondStep, SignedIn } from "../../api/types";
import { Door } from "../../components/Door";
import { submitted } from "../../components/form";
import { Email, Password } from "../../components/inputs";
import { Problem } from "../../components/Problem";
import { CodeStep } from "./CodeStep";
import { PasskeyButton } from "./PasskeyButton";
import { SsoForm } from "./SsoForm";
import { ssoError } from "./ssoErrors";

type Way = { kind: "password"; ended: boolean } | { kind: "code"; step: SecondStep } | { kind: "sso" };

const PASSWORD: Way = { kind: "password", ended: false };

/** Signs in where it stands: the page that was asked for comes after it. */
export function SignInPage({ ranOut = false }: { ranOut?: boolean }) {
  const [way, setWay] = useState<Way>(PASSWORD);
  const failure = ssoError(useSearch());

  switch (way.kind) {
    case "code":
      return <CodeStep step={way.step} onBack={(tooLate) => setWay({ kind: "password", ended: tooLate })} />;
    case "sso":
      return (
        <Door title={t`Single sign-on`} note={t`Sign in where your organisation keeps its accounts.`}>
          <SsoForm onBack={() => setWay(PASSWORD)} />
        </Door>
      );
    case "password":
      return (
        <Door title={t`Sign in`} note={t`Dashboards and reports whose every number can be proven.`}>
          <Reason ended={way.ended} failure={failure} ranOut={ranOut} />
          <PasswordForm onSecondStep={(step) => setWay({ kind: "code", step })} />
          <Divider label={t`or`} />
          {canUsePasskeys && <PasskeyButton label={t`Sign in with a passkey`} />}
          <Button
            variant="default"
            leftSection={<Building2 size={16} />}
            onClick={() => setWay({ kind: "sso" })}
          >
            <Trans>Single sign-on</Trans>
          </Button>
        </Door>
      );
  }
}

interface ReasonProps {
  ended: boolean;
  failure: string | null;
  ranOut: boolean;
}

/** Why somebody who had begun, or was in, stands here. */
function Reason({ ended, failure, ranOut }: ReasonProps) {
  if (ended) {
    return (
      <Alert color="blue" variant="light" role="alert">
        <Trans>That sign-in took too long or saw too many wrong codes. Begin again.</Trans>
      </Alert>
    );
  }
  if (failure) {
    return (
      <Alert color="red" variant="light" role="alert">
        {failure}
      </Alert>
    );
  }
  return (
    ranOut && (
      <Alert color="blue" variant="light">
        <Trans>Your session has ended. Sign in to go on where you were.</Trans>
      </Alert>
    )
  );
}

function PasswordForm({ onSecondStep }: { onSecondStep: (step: SecondStep) => void }) {
  const signIn = useMutation({
    mutationFn: async (body: { email: string; password: string }) => {
      const answer: SignedIn | SecondStep = await take(api.POST("/api/v1/auth/login", { body }));
      if ("mfa_token" in answer) onSecondStep(answer);
      else await begin(answer);
    },
  });
  return (
    <form
      onSubmit={submitted((filled) =>
        signIn.mutate({ email: filled("email"), password: filled("password") }),
      )}
    >
      <Stack>
        {signIn.error && <Problem error={signIn.error} />}
        <Email autoFocus />
        <Password />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          <Trans>Sign in</Trans>
        </Button>
        <Group justify="space-between" gap="xs">
          <Anchor component={Link} href="/forgot-password" size="sm">
            <Trans>Forgot your password?</Trans>
          </Anchor>
          <Anchor component={Link} href="/register" size="sm">
            <Trans>Register</Trans>
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}
