import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take } from "../../../api/client";
import { load, useSignedIn } from "../../../api/session";
import { submitted } from "../../../components/form";
import { Heading } from "../../../components/Heading";
import { Problem } from "../../../components/Problem";
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
      <Heading title="Profile" note="How others in your organisation see you" />
      <Part title="You" note={`${user.email} · ${user.role} of ${organization.name}`}>
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
                label="First name"
                autoComplete="given-name"
                maxLength={150}
                defaultValue={user.first_name}
              />
              <TextInput
                name="last_name"
                label="Last name"
                autoComplete="family-name"
                maxLength={150}
                defaultValue={user.last_name}
              />
            </SimpleGrid>
            <Group>
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
              <Saved when={save.isSuccess} />
            </Group>
          </Stack>
        </form>
      </Part>
    </>
  );
}
