import { Alert, Button, Group, List, Text } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { ApiError, sentence } from "../api/errors";

interface Props {
  error: unknown;
  retry?: () => void;
  title?: string;
}

/** An error in words, with what each field was refused for. */
export function Problem({ error, retry, title }: Props) {
  const details = error instanceof ApiError ? error.details : [];
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={18} />} role="alert" title={title}>
      <Group justify="space-between" align="center" gap="sm">
        <Text size="sm">{sentence(error)}</Text>
        {retry && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            Try again
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
