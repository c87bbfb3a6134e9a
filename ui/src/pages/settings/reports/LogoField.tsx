import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, FileButton, Group, Image, Input, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { bytes } from "../../../components/format";

const MOST_BYTES = 512 * 1024;

interface Props {
  /** A data URL. */
  logo: string | null;
  onChange: (logo: string | null) => void;
  error: string | undefined;
}

export function LogoField({ logo, onChange, error }: Props) {
  const [tooBig, setTooBig] = useState<string>();

  function choose(file: File | null) {
    if (!file) return;
    const size = bytes(file.size);
    setTooBig(file.size > MOST_BYTES ? t`It has ${size}; at most ${bytes(MOST_BYTES)} fit.` : undefined);
    if (file.size > MOST_BYTES) return;
    const reader = new FileReader();
    reader.onload = () => onChange(String(reader.result));
    reader.readAsDataURL(file);
  }

  return (
    <Stack gap={6} role="group" aria-label={t`Logo`}>
      <Text size="sm" fw={500}>
        <Trans>Logo</Trans>
      </Text>
      <Text size="xs" c="dimmed">
        <Trans>A PNG or SVG file of at most 512 KB</Trans>
      </Text>
      {logo && (
        <Image
          src={logo}
          alt={t`The logo`}
          h={56}
          w="auto"
          maw="100%"
          fit="contain"
          bg="white"
          p={6}
          bdrs="sm"
        />
      )}
      <Group gap="xs">
        <FileButton accept="image/png,image/svg+xml" onChange={choose}>
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {logo ? t`Choose another logo` : t`Choose a logo`}
            </Button>
          )}
        </FileButton>
        {logo && (
          <Button size="xs" variant="subtle" color="red" onClick={() => onChange(null)}>
            <Trans>Take it away</Trans>
          </Button>
        )}
      </Group>
      {(tooBig ?? error) && <Input.Error role="alert">{tooBig ?? error}</Input.Error>}
    </Stack>
  );
}
