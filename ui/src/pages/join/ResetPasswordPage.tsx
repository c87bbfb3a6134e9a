import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, take } from "../../api/client";
import { load } from "../../api/session";
import { Door } from "../../components/Door";
import { refusal, submitted } from "../../components/form";
import { NewPassword } from "../../components/inputs";
import { Problem } from "../../components/Problem";
import { useToken } from "./useToken";

export default function ResetPasswordPage() {
  const token = useToken();
  const reset = useMutation({
    mutationFn: (password: string) =>
      take(api.POST("/api/v1/auth/password/reset", { body: { token, password } })),
    onSuccess: () => {
      history.replaceState(null, "", location.pathname);
      // Every session of the account has ended, perhaps this browser's as well.
      return load();
    },
  });
  if (reset.isSuccess) {
    return (
      <Door title={t`Your password is changed`}>
        <Alert color="teal" variant="light" role="status">
          <Trans>Every session has ended. Sign in with the new password.</Trans>
        </Alert>
        <Button component={Link} href="/sign-in">
          <Trans>Sign in</Trans>
        </Button>
      </Door>
    );
  }
  return (
    <Door title={t`Choose a new password`}>
      {token ? (
        <form onSubmit={submitted((filled) => reset.mutate(filled("password")))}>
          <Stack>
            {reset.error && <Problem error={reset.error} fields={["password"]} />}
            <NewPassword label={t`New password`} autoFocus error={refusal(reset.error, "password")} />
            <Button type="submit" loading={reset.isPending}>
              <Trans>Set the password</Trans>
            </Button>
          </Stack>
        </form>
      ) : (
        <Alert color="red" variant="light" role="alert">
          <Trans>This link is not complete. Open it from the mail once more, or ask for a new one.</Trans>
        </Alert>
      )}
      <Anchor component={Link} href="/forgot-password" size="sm">
        <Trans>Ask for a new link</Trans>
      </Anchor>
    </Door>
  );
}
