import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Select, Stack, Text } from "@mantine/core";
import type { Engine } from "../../api/types";

interface Props {
  engines: Engine[];
  value: string | null;
  onChange: (value: string | null) => void;
  error: string | undefined;
}

/** The kinds of databases; those whose driver is missing tell how to get it. */
export function EngineSelect({ engines, value, onChange, error }: Props) {
  const install = new Map(engines.map((one) => [one.engine as string, one.install]));
  return (
    <Select
      label={t`Kind of database`}
      data={engines.map((one) => ({ value: one.engine, label: one.title, disabled: !one.is_installed }))}
      value={value}
      onChange={onChange}
      allowDeselect={false}
      error={error}
      // How to get a driver must stay readable.
      styles={{ option: { opacity: 1 } }}
      renderOption={({ option, checked }) =>
        option.disabled ? (
          <Stack gap={0}>
            <Text size="sm" c="dimmed">
              <Trans>{option.label}: not installed here</Trans>
            </Text>
            <Text size="xs" c="dimmed" ff="monospace">
              {install.get(option.value)}
            </Text>
          </Stack>
        ) : (
          <Text size="sm" fw={checked ? 600 : undefined}>
            {option.label}
          </Text>
        )
      }
      data-autofocus
    />
  );
}
