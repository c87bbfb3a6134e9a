import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, List, Text } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { ApiError, isForbidden, nextStep, sentence } from "../api/errors";

interface Props {
  error: unknown;
  retry?: () => void;
  title?: string;
  /** Fields of a form, which show themselves what they were refused for. */
  fields?: string[];
}

/** An error in words, with what each field was refused for. */
export function Problem({ error, retry, title, fields = [] }: Props) {
  const all = error instanceof ApiError ? error.details : [];
  const said = sentence(error);
  const next = nextStep(error);
  const details = all.filter((detail) => !fields.includes(detail.field) && !said.includes(detail.message));
  if (all.length > 0 && all.every((detail) => fields.includes(detail.field))) return null;
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={18} />} role="alert" title={title}>
      <Group justify="space-between" align="center" gap="sm">
        <div>
          <Text size="sm">{said.charAt(0).toUpperCase() + said.slice(1)}</Text>
          {next && <Text size="sm">{next}</Text>}
        </div>
        {retry && !isForbidden(error) && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            <Trans>Try again</Trans>
          </Button>
        )}
      </Group>
      {details.length > 0 && (
        <List size="sm" mt="xs">
          {details.map((detail) => (
            <List.Item key={`${detail.field} ${detail.message}`}>
              {detail.field}: {detail.message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
