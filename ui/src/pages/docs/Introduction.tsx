import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Code, PasswordInput, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useSession } from "../../api/session";
import type { Specification } from "./openapi";
import { Prose } from "./Prose";

interface Props {
  info: Specification["info"];
  apiKey: string;
  onKey: (key: string) => void;
}

export function Introduction({ info, apiKey, onKey }: Props) {
  const session = useSession();
  return (
    <Stack gap="sm" mb="xl" maw={820}>
      <Title order={1} size="h2">
        API{" "}
        <Text span c="dimmed" inherit fw={400} fz="md">
          <Trans>version {info.version}</Trans>
        </Text>
      </Title>
      {info.description && <Prose text={info.description} />}
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        <div>
          <Text size="sm" fw={600}>
            <Trans>Base address</Trans>
          </Text>
          <Code>{`${location.origin}/api/v1`}</Code>
        </div>
        <div>
          <Text size="sm" fw={600}>
            <Trans>Errors</Trans>
          </Text>
          <Code>{'{"error": "not_found", "message": "…", "status": 404}'}</Code>
        </div>
      </SimpleGrid>
      <PasswordInput
        mt="xs"
        maw={460}
        label={t`API key for “Try it”`}
        description={
          session
            ? t`Left empty, requests are sent as ${session.user.email}.`
            : t`It stays in this page, nowhere else.`
        }
        placeholder="claribi_key_…"
        autoComplete="off"
        value={apiKey}
        onChange={(event) => onKey(event.currentTarget.value.trim())}
      />
    </Stack>
  );
}
