import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, take } from "../../api/client";
import { Door } from "../../components/Door";
import { refusal, submitted } from "../../components/form";
import { Email } from "../../components/inputs";
import { Problem } from "../../components/Problem";

export default function ForgotPasswordPage() {
  const ask = useMutation({
    mutationFn: (email: string) => take(api.POST("/api/v1/auth/password/forgot", { body: { email } })),
  });
  return (
    <Door title={t`Choose a new password`} note={t`We send you a link for it. It is valid for one hour.`}>
      {ask.isSuccess ? (
        <Alert color="teal" variant="light" role="status" title={t`Look into your mail`}>
          <Trans>
            If {ask.variables} has an account here, a link is on its way. Nothing there after a few minutes?
            Look into the folder for spam, or check the address.
          </Trans>
        </Alert>
      ) : (
        <form onSubmit={submitted((filled) => ask.mutate(filled("email")))}>
          <Stack>
            {ask.error && <Problem error={ask.error} fields={["email"]} />}
            <Email autoFocus error={refusal(ask.error, "email")} />
            <Button type="submit" loading={ask.isPending}>
              <Trans>Send the link</Trans>
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} href="/sign-in" size="sm">
        <Trans>Back to sign in</Trans>
      </Anchor>
    </Door>
  );
}
