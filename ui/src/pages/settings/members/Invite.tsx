import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Paper, Select, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import { refusal, submitted } from "../../../components/form";
import { Email } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";
import { roleOptions } from "../../../components/roles";
import { ShownOnce } from "../../../components/ShownOnce";
import { useRoles } from "./useRoles";

export function Invite() {
  const client = useQueryClient();
  const roles = useRoles();
  const invite = useMutation({
    mutationFn: ({ email, role }: { email: string; role: string; form: HTMLFormElement }) =>
      take(api.POST("/api/v1/invitations", { body: { email, role } })),
    onSuccess: (_, { form }) => {
      form.reset();
      return client.invalidateQueries({ queryKey: ["invitations"] });
    },
  });
  const { data } = invite;
  return (
    <Paper p="md">
      <form
        onSubmit={submitted((filled, form) =>
          invite.mutate({ email: filled("email"), role: filled("role"), form }),
        )}
      >
        <Stack>
          <Group align="flex-start">
            <Email
              label={t`Invite by e-mail`}
              autoComplete="off"
              flex="1 1 14rem"
              error={refusal(invite.error, "email")}
            />
            <Select
              name="role"
              label={t`Role`}
              data={roleOptions(roles)}
              defaultValue="member"
              allowDeselect={false}
              w={150}
              error={refusal(invite.error, "role")}
            />
            <Button type="submit" loading={invite.isPending} mt={25}>
              <Trans>Invite</Trans>
            </Button>
          </Group>
          {invite.error && <Problem error={invite.error} fields={["email", "role"]} />}
          {data?.link && (
            <ShownOnce
              title={t`Pass this link on to ${data.email}`}
              note={t`This server sends no mail. The link works once, within 7 days; it is shown only here.`}
              value={data.link}
              onClose={invite.reset}
            />
          )}
          {data && !data.link && (
            <Alert
              color="teal"
              variant="light"
              role="status"
              withCloseButton
              closeButtonLabel={t`Dismiss`}
              onClose={invite.reset}
            >
              <Trans>An invitation is on its way to {data.email}.</Trans>
            </Alert>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
