import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import { load, useSignedIn } from "../../../api/session";
import { submitted } from "../../../components/form";
import { Heading } from "../../../components/Heading";
import { LanguageControl } from "../../../components/Language";
import { Problem } from "../../../components/Problem";
import { roleName } from "../../../components/roles";
import { Saved } from "../../../components/Saved";
import { Part } from "../Part";

export default function ProfilePage() {
  const { user, organization } = useSignedIn();
  const save = useMutation({
    mutationFn: (body: { first_name: string; last_name: string }) =>
      take(api.PATCH("/api/v1/auth/profile", { body })),
    onSuccess: () => load(),
  });
  return (
    <>
      <Heading title={t`Profile`} note={t`How others in your organisation see you`} />
      <Stack gap="lg">
        <Part title={t`You`} note={`${user.email} · ${memberOf(roleName(user.role), organization.name)}`}>
          <form
            onSubmit={submitted((filled) =>
              save.mutate({ first_name: filled("first_name"), last_name: filled("last_name") }),
            )}
          >
            <Stack>
              {save.error && <Problem error={save.error} />}
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput
                  name="first_name"
                  label={t`First name`}
                  autoComplete="given-name"
                  maxLength={150}
                  defaultValue={user.first_name}
                />
                <TextInput
                  name="last_name"
                  label={t`Last name`}
                  autoComplete="family-name"
                  maxLength={150}
                  defaultValue={user.last_name}
                />
              </SimpleGrid>
              <Group>
                <Button type="submit" loading={save.isPending}>
                  <Trans>Save</Trans>
                </Button>
                <Saved when={save.isSuccess} />
              </Group>
            </Stack>
          </form>
        </Part>
        <Part
          title={t`Language`}
          note={t`Of these pages, in this browser. Reports have a language of their own.`}
        >
          <LanguageControl />
        </Part>
      </Stack>
    </>
  );
}

const memberOf = (role: string, organization: string) => t`${role} of ${organization}`;
