import { t } from "@lingui/core/macro";
import { Group, Stack, Text } from "@mantine/core";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ModelProblem } from "../../api/types";

interface Props {
  problems: ModelProblem[];
  /** Says of each where it is, too. */
  withPlace?: boolean;
}

const RED = "light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))";
const YELLOW = "light-dark(#8a5300, var(--mantine-color-yellow-4))";

/** What is wrong here, or may be. */
export function ProblemMarks({ problems, withPlace = false }: Props) {
  if (problems.length === 0) return null;
  return (
    <Stack gap={2} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {problems.map(({ severity, where, message }) => {
        const isError = severity === "error";
        const Icon = isError ? CircleAlert : TriangleAlert;
        return (
          <Group key={`${where} ${message}`} component="li" gap={6} wrap="nowrap" align="flex-start">
            <Text span c={isError ? RED : YELLOW} lh={0} mt={2}>
              <Icon size={14} role="img" aria-label={isError ? t`Error` : t`Warning`} />
            </Text>
            <Text size="xs" c={isError ? RED : YELLOW} style={{ overflowWrap: "anywhere" }}>
              {withPlace ? `${where}: ${message}` : message}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}
