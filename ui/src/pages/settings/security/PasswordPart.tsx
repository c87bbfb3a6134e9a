import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import { useSignedIn } from "../../../api/session";
import { refusal, submitted } from "../../../components/form";
import { NewPassword, Password } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";
import { Saved } from "../../../components/Saved";
import { Part } from "../Part";

export function PasswordPart() {
  const { user } = useSignedIn();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { current_password: string; new_password: string; form: HTMLFormElement }) => {
      const { current_password, new_password } = body;
      return take(api.POST("/api/v1/auth/password/change", { body: { current_password, new_password } }));
    },
    onSuccess: (_, { form }) => {
      form.reset();
      return client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <Part title={t`Password`} note={t`A new password signs you out everywhere but here.`}>
      <form
        onSubmit={submitted((filled, form) =>
          change.mutate({ current_password: filled("current"), new_password: filled("new"), form }),
        )}
      >
        {/* For password managers, which keep a password by its address. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} />
        <Stack maw={440}>
          {change.error && <Problem error={change.error} fields={["password"]} />}
          <Password name="current" label={t`Current password`} />
          <NewPassword name="new" label={t`New password`} error={refusal(change.error, "password")} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              <Trans>Change the password</Trans>
            </Button>
            <Saved when={change.isSuccess}>
              <Trans>The password is changed</Trans>
            </Saved>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}
