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
      <Door title="Your password is changed">
        <Alert color="teal" variant="light" role="status">
          Every session has ended. Sign in with the new password.
        </Alert>
        <Button component={Link} href="/sign-in">
          Sign in
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Choose a new password">
      {token ? (
        <form onSubmit={submitted((filled) => reset.mutate(filled("password")))}>
          <Stack>
            {reset.error && <Problem error={reset.error} fields={["password"]} />}
            <NewPassword label="New password" autoFocus error={refusal(reset.error, "password")} />
            <Button type="submit" loading={reset.isPending}>
              Set the password
            </Button>
          </Stack>
        </form>
      ) : (
        <Alert color="red" variant="light" role="alert">
          This link is not complete. Open it from the mail once more, or ask for a new one.
        </Alert>
      )}
      <Anchor component={Link} href="/forgot-password" size="sm">
        Ask for a new link
      </Anchor>
    </Door>
  );
}
