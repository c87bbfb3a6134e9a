import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Loader, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { api, take } from "../../api/client";
import { ApiError } from "../../api/errors";
import { begin, useSession } from "../../api/session";
import type { Offer } from "../../api/types";
import { Door } from "../../components/Door";
import { refusal, submitted } from "../../components/form";
import { date } from "../../components/format";
import { Email, NewPassword } from "../../components/inputs";
import { Problem } from "../../components/Problem";
import { roleName } from "../../components/roles";
import { useToken } from "./useToken";

/** What an invitation offers, and the account that takes it. */
export default function InvitationPage() {
  const token = useToken();
  const offer = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => take(api.POST("/api/v1/auth/invitation", { body: { token: token || "none" } })),
  });
  if (offer.data) return <Accept token={token} offer={offer.data} />;
  return (
    <Door title={t`Invitation`}>
      {offer.error ? (
        <Problem error={offer.error} retry={isRefused(offer.error) ? undefined : offer.refetch} />
      ) : (
        <Loader type="dots" aria-label={t`Loading`} />
      )}
      <Anchor component={Link} href="/sign-in" size="sm">
        <Trans>Go to sign in</Trans>
      </Anchor>
    </Door>
  );
}

/** A link that is not valid stays so; a server that can't be reached may be back. */
const isRefused = (error: unknown) => error instanceof ApiError && error.status === 400;

function Accept({ token, offer }: { token: string; offer: Offer }) {
  const session = useSession();
  const [, navigate] = useLocation();
  const accept = useMutation({
    mutationFn: async (own: { first_name: string; last_name: string; password: string }) => {
      const body = { token, ...own };
      await begin(await take(api.POST("/api/v1/auth/invitation/accept", { body })));
    },
    onSuccess: () => navigate("/", { replace: true }),
  });
  return (
    <Door
      wide
      title={t`Join ${offer.organization}`}
      note={t`You are invited as ${roleName(offer.role)}. The invitation is valid until ${date(offer.expires_at)}.`}
    >
      {session && (
        <Text size="sm">
          <Trans>
            You are signed in as {session.user.email}. Joining signs this browser in with the new account
            instead.
          </Trans>
        </Text>
      )}
      <form
        onSubmit={submitted((filled) =>
          accept.mutate({
            first_name: filled("first_name"),
            last_name: filled("last_name"),
            password: filled("password"),
          }),
        )}
      >
        <Stack>
          {accept.error && <Problem error={accept.error} fields={["password"]} />}
          <Email value={offer.email} readOnly />
          <Names />
          <NewPassword error={refusal(accept.error, "password")} />
          <Button type="submit" loading={accept.isPending}>
            <Trans>Join</Trans>
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

export function Names() {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput name="first_name" label={t`First name`} autoComplete="given-name" maxLength={150} />
      <TextInput name="last_name" label={t`Last name`} autoComplete="family-name" maxLength={150} />
    </SimpleGrid>
  );
}
