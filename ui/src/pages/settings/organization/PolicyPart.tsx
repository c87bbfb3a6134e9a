import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, NumberInput, Skeleton, Stack, Switch, TagsInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { policyQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import type { Policy } from "../../../api/types";
import { refusal, submitted } from "../../../components/form";
import { Problem } from "../../../components/Problem";
import { Saved } from "../../../components/Saved";
import { Part } from "../Part";

const FIELDS = ["max_key_days", "cors_origins"];

export function PolicyPart() {
  const { data, error, refetch } = useQuery(policyQuery());
  return (
    <Part
      title={t`Security policy`}
      note={t`It holds at once, for everybody and for the keys that are there.`}
    >
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={180} aria-busy />}
      {data && <PolicyForm policy={data} />}
    </Part>
  );
}

function PolicyForm({ policy }: { policy: Policy }) {
  const client = useQueryClient();
  const [requireMfa, setRequireMfa] = useState(policy.require_mfa);
  const [origins, setOrigins] = useState(policy.cors_origins);
  const save = useMutation({
    mutationFn: (body: Policy) => take(api.PATCH("/api/v1/security-policy", { body })),
    onSuccess: (saved) => {
      setOrigins(saved.cors_origins);
      client.setQueryData(policyQuery().queryKey, saved);
    },
  });
  return (
    <form
      onSubmit={submitted((filled) =>
        save.mutate({
          require_mfa: requireMfa,
          max_key_days: Number(filled("max_key_days")) || null,
          cors_origins: origins,
        }),
      )}
    >
      <Stack maw={520}>
        {save.error && <Problem error={save.error} fields={FIELDS} />}
        <Switch
          label={t`Two-step sign-in for everybody`}
          description={t`Whoever has none sets it up before anything else works. API keys of members without one stop working.`}
          checked={requireMfa}
          onChange={(event) => setRequireMfa(event.currentTarget.checked)}
        />
        <NumberInput
          name="max_key_days"
          label={t`Longest life of an API key, in days`}
          description={t`Empty: as people like. Keys that live longer now are shortened.`}
          min={1}
          max={3650}
          allowDecimal={false}
          maw={240}
          defaultValue={policy.max_key_days ?? ""}
          error={refusal(save.error, "max_key_days")}
        />
        <TagsInput
          label={t`Web pages that may call the API`}
          description={t`Their origins, such as https://app.example.com; enter adds one`}
          placeholder={origins.length === 0 ? "https://" : undefined}
          maxTags={50}
          acceptValueOnBlur
          value={origins}
          onChange={setOrigins}
          error={refusal(save.error, "cors_origins")}
        />
        <Group>
          <Button type="submit" loading={save.isPending}>
            <Trans>Save the policy</Trans>
          </Button>
          <Saved when={save.isSuccess} />
        </Group>
      </Stack>
    </form>
  );
}
