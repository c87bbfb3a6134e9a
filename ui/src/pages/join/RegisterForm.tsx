import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, take } from "../../api/client";
import type { Registration } from "../../api/types";
import { Door } from "../../components/Door";
import { refusal, submitted } from "../../components/form";
import { Email, NewPassword } from "../../components/inputs";
import { Problem } from "../../components/Problem";
import { Names } from "./InvitationPage";
import { type Pending, pendingOf } from "./VerifyForm";

const FIELDS = ["organization_name", "email", "password", "accept_terms"];

export function RegisterForm({ onPending }: { onPending: (pending: Pending) => void }) {
  const register = useMutation({
    mutationFn: (body: Registration) => take(api.POST("/api/v1/auth/register", { body })),
    onSuccess: (answer, { email }) => onPending(pendingOf(answer, email)),
  });
  const { error } = register;
  return (
    <Door
      wide
      title={t`Register your organisation`}
      note={t`It starts with you as its owner. Others join by invitation.`}
    >
      <form
        onSubmit={submitted((filled) =>
          register.mutate({
            organization_name: filled("organization_name"),
            first_name: filled("first_name"),
            last_name: filled("last_name"),
            email: filled("email"),
            password: filled("password"),
            accept_terms: filled("accept_terms") === "yes",
          }),
        )}
      >
        <Stack>
          {error && <Problem error={error} fields={FIELDS} />}
          <TextInput
            name="organization_name"
            label={t`Organisation`}
            autoComplete="organization"
            maxLength={200}
            required
            withAsterisk={false}
            autoFocus
            error={refusal(error, "organization_name")}
          />
          <Names />
          <Email error={refusal(error, "email")} />
          <NewPassword error={refusal(error, "password")} />
          <Checkbox
            name="accept_terms"
            value="yes"
            label={t`I accept the terms of whoever runs this server`}
            required
            error={refusal(error, "accept_terms")}
          />
          <Button type="submit" loading={register.isPending}>
            <Trans>Register</Trans>
          </Button>
          <Anchor component={Link} href="/sign-in" size="sm">
            <Trans>You have an account? Sign in</Trans>
          </Anchor>
        </Stack>
      </form>
    </Door>
  );
}
