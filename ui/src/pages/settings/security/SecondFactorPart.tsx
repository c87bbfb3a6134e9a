import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Group, Skeleton, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { mfaQuery } from "../../../api/account";
import { api, take } from "../../../api/client";
import { load } from "../../../api/session";
import { Problem } from "../../../components/Problem";
import { Part } from "../Part";
import { BackupCodes } from "./BackupCodes";
import { ByCode } from "./ByCode";
import { SetUp } from "./SetUp";

/** Signing in with a code besides the password. */
export function SecondFactorPart() {
  const { data, error, refetch } = useQuery(mfaQuery());
  const client = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);

  async function changed(made: string[] | null) {
    setCodes(made);
    await Promise.all([client.invalidateQueries({ queryKey: ["mfa"] }), load()]);
  }

  return (
    <Part
      title={t`Two-step sign-in`}
      note={t`Besides your password, signing in asks for a code from an app on your phone.`}
      aside={
        data && (
          <Badge variant="light" color={data.totp ? "teal" : "gray"} tt="none">
            {data.totp ? t`On` : t`Off`}
          </Badge>
        )
      }
    >
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={36} aria-busy />}
      {codes && <BackupCodes codes={codes} onDone={() => setCodes(null)} />}
      {data?.totp === false && <Begin onDone={changed} />}
      {data?.totp && !codes && <InUse left={data.backup_codes_left} onChanged={changed} />}
    </Part>
  );
}

function Begin({ onDone }: { onDone: (codes: string[]) => void }) {
  const [begun, setBegun] = useState(false);
  if (begun) return <SetUp onDone={onDone} onCancel={() => setBegun(false)} />;
  return (
    <div>
      <Button onClick={() => setBegun(true)}>
        <Trans>Set up</Trans>
      </Button>
    </div>
  );
}

interface InUseProps {
  left: number;
  onChanged: (codes: string[] | null) => Promise<void>;
}

function InUse({ left, onChanged }: InUseProps) {
  const [wish, setWish] = useState<"renew" | "disable" | null>(null);
  if (wish === "renew") {
    return (
      <ByCode
        label={t`Make new backup codes`}
        note={t`The old ones stop working.`}
        onCancel={() => setWish(null)}
        act={async (code) => {
          const made = await take(api.POST("/api/v1/auth/mfa/backup-codes", { body: { code } }));
          await onChanged(made.backup_codes);
        }}
      />
    );
  }
  if (wish === "disable") {
    return (
      <ByCode
        label={t`Turn off`}
        color="red"
        note={t`From then on your password alone signs you in.`}
        onCancel={() => setWish(null)}
        act={async (code) => {
          await take(api.POST("/api/v1/auth/mfa/totp/disable", { body: { code } }));
          await onChanged(null);
        }}
      />
    );
  }
  return (
    <Group justify="space-between">
      <Text size="sm">
        {left === 0
          ? t`No backup codes are left: make new ones.`
          : plural(left, { one: "# backup code left", other: "# backup codes left" })}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={() => setWish("renew")}>
          <Trans>New backup codes</Trans>
        </Button>
        <Button variant="subtle" color="red" onClick={() => setWish("disable")}>
          <Trans>Turn off</Trans>
        </Button>
      </Group>
    </Group>
  );
}
