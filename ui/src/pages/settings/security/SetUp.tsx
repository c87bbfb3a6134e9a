import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Button, Code as CodeText, Group, Image, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { api, take } from "../../../api/client";
import { refusal, submitted } from "../../../components/form";
import { Code } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";

interface Props {
  onDone: (backupCodes: string[]) => void;
  onCancel?: () => void;
}

/** A new secret, to be scanned, and a first code that proves that it was. */
export function SetUp({ onDone, onCancel }: Props) {
  // Each set-up has a secret of its own, which is forgotten with it.
  const { data, error, refetch } = useQuery({
    queryKey: ["mfa-set-up", useId()],
    queryFn: () => take(api.POST("/api/v1/auth/mfa/totp")),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: async (code: string) =>
      take(api.POST("/api/v1/auth/mfa/totp/confirm", { body: { code: code.trim() } })),
    onSuccess: (answer) => onDone(answer.backup_codes),
  });
  if (error) return <Problem error={error} retry={refetch} />;
  if (!data) return <Skeleton h={220} aria-busy />;
  return (
    <Group align="flex-start" gap="lg">
      <Image
        src={`data:image/svg+xml;utf8,${encodeURIComponent(data.qr_svg)}`}
        alt={t`QR code for your authenticator`}
        w={200}
        h={200}
        radius="sm"
      />
      <Stack flex="1 1 16rem" gap="sm">
        <Text size="sm">
          <Trans>
            Scan the picture with an authenticator app. On this device you can{" "}
            <Anchor href={data.url} inherit>
              open it in the app
            </Anchor>
            , or type the secret by hand:
          </Trans>
        </Text>
        <CodeText style={{ overflowWrap: "anywhere" }}>{data.secret}</CodeText>
        <form onSubmit={submitted((filled) => confirm.mutate(filled("code")))}>
          <Stack gap="sm">
            {confirm.error && <Problem error={confirm.error} fields={["code"]} />}
            <Code
              label={t`The code that the app shows now`}
              inputMode="numeric"
              autoFocus
              error={refusal(confirm.error, "code")}
            />
            <Group>
              <Button type="submit" loading={confirm.isPending}>
                <Trans>Turn on</Trans>
              </Button>
              {onCancel && (
                <Button variant="default" onClick={onCancel}>
                  <Trans>Cancel</Trans>
                </Button>
              )}
            </Group>
          </Stack>
        </form>
      </Stack>
    </Group>
  );
}
