import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import { begin } from "../../api/session";
import type { PendingRegistration } from "../../api/types";
import { Door } from "../../components/Door";
import { refusal, submitted } from "../../components/form";
import { time } from "../../components/format";
import { Code } from "../../components/inputs";
import { Problem } from "../../components/Problem";

/** A registration that waits for its code. */
export interface Pending {
  id: string | null;
  email: string;
  /** When the code stops working, in milliseconds. */
  until: number;
}

export const pendingOf = (answer: PendingRegistration, email: string): Pending => ({
  id: answer.pending_id,
  email,
  until: Date.now() + answer.expires_in_seconds * 1000,
});

interface Props {
  pending: Pending;
  onBack: () => void;
}

export function VerifyForm({ pending, onBack }: Props) {
  const [until, setUntil] = useState(pending.until);
  const which = pending.id ? { pending_id: pending.id } : { email: pending.email };
  const verify = useMutation({
    mutationFn: async (code: string) => {
      const body = { ...which, code: code.trim() };
      await begin(await take(api.POST("/api/v1/auth/verify-email", { body })));
    },
  });
  const resend = useMutation({
    mutationFn: () => take(api.POST("/api/v1/auth/resend-code", { body: which })),
    onSuccess: (answer) => {
      verify.reset();
      setUntil(pendingOf(answer, pending.email).until);
    },
  });
  return (
    <Door
      title={t`Enter the code`}
      note={t`We sent six digits to ${pending.email}. They are valid for 10 minutes, until ${time(new Date(until))}.`}
    >
      <form onSubmit={submitted((filled) => verify.mutate(filled("code")))}>
        <Stack>
          {verify.error && <Problem error={verify.error} fields={["code"]} />}
          {resend.error && <Problem error={resend.error} />}
          {resend.isSuccess && (
            <Alert color="teal" variant="light" role="status">
              <Trans>Another code is on its way. The one before no longer works.</Trans>
            </Alert>
          )}
          <Code inputMode="numeric" autoFocus error={refusal(verify.error, "code")} />
          <Button type="submit" loading={verify.isPending}>
            <Trans>Go on</Trans>
          </Button>
          <Group justify="space-between">
            <Button variant="subtle" size="xs" loading={resend.isPending} onClick={() => resend.mutate()}>
              <Trans>Send another code</Trans>
            </Button>
            <Button variant="subtle" size="xs" color="gray" onClick={onBack}>
              <Trans>Change the address</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Door>
  );
}
