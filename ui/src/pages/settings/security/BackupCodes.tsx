import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Text } from "@mantine/core";

interface Props {
  codes: string[];
  onDone: () => void;
}

/** The codes for the day without the phone, shown once. */
export function BackupCodes({ codes, onDone }: Props) {
  const text = `${codes.join("\n")}\n`;
  return (
    <Alert
      color="teal"
      variant="light"
      role="status"
      title={t`Keep these backup codes: they are shown only here`}
    >
      <Text size="sm" mb="sm">
        <Trans>
          Each signs you in once, in place of a code from the app. Keep them where you find them without your
          phone.
        </Trans>
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="xs" mb="sm">
        {codes.map((code) => (
          <Code key={code} ta="center" fz="sm">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="xs" variant="light" color="teal" onClick={copy}>
              {copied ? t`Copied` : t`Copy`}
            </Button>
          )}
        </CopyButton>
        <Button
          size="xs"
          variant="light"
          color="teal"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="claribi-backup-codes.txt"
        >
          <Trans>Download</Trans>
        </Button>
        <Button size="xs" color="teal" onClick={onDone}>
          <Trans>I have kept them</Trans>
        </Button>
      </Group>
    </Alert>
  );
}
