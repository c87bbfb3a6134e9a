import { Trans } from "@lingui/react/macro";
import { Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, take } from "../../api/client";
import { submitted } from "../../components/form";
import { Email } from "../../components/inputs";
import { Problem } from "../../components/Problem";

/** Leaves for the identity provider of an address, which sends the browser back to this page's place. */
export function SsoForm({ onBack }: { onBack: () => void }) {
  const leave = useMutation({
    mutationFn: async (email: string) => {
      const next = location.pathname === "/sign-in" ? "/" : location.pathname + location.search;
      const found = await take(api.POST("/api/v1/auth/sso", { body: { email, next } }));
      location.assign(found.authorization_url);
    },
  });
  return (
    <form onSubmit={submitted((filled) => leave.mutate(filled("email")))}>
      <Stack>
        {leave.error && <Problem error={leave.error} />}
        <Email autoFocus />
        {/* It stays busy until the other page is there. */}
        <Button type="submit" loading={leave.isPending || leave.isSuccess} fullWidth>
          <Trans>Go on</Trans>
        </Button>
        <Button variant="subtle" onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
      </Stack>
    </form>
  );
}
