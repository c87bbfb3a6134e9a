import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { refusal, submitted } from "../../../components/form";
import { Code } from "../../../components/inputs";
import { Problem } from "../../../components/Problem";

interface Props {
  label: string;
  note: string;
  color?: string;
  act: (code: string) => Promise<void>;
  onCancel: () => void;
}

/** What only somebody may do who has the authenticator, or a backup code. */
export function ByCode({ label, note, color, act, onCancel }: Props) {
  const run = useMutation({ mutationFn: (code: string) => act(code.trim()), onSuccess: onCancel });
  return (
    <form onSubmit={submitted((filled) => run.mutate(filled("code")))}>
      <Stack maw={440}>
        <Text size="sm">
          <Trans>{note} A code from your authenticator, or a backup code, proves that it is you.</Trans>
        </Text>
        {run.error && <Problem error={run.error} fields={["code"]} />}
        <Code autoFocus error={refusal(run.error, "code")} />
        <Group>
          <Button type="submit" color={color} loading={run.isPending}>
            {label}
          </Button>
          <Button variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
