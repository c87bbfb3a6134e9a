import { t } from "@lingui/core/macro";
import { Anchor, Group, Text } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { Fragment } from "react";
import type { Trail } from "./filters/useDeeper";

/** The steps into a widget; each leads back to it. */
export function TrailBar({ trail: { names, onBack } }: { trail: Trail }) {
  const all = [t`Everything`, ...names];
  return (
    <Group component="nav" aria-label={t`The way back`} gap={2}>
      {all.map((name, depth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its depth
        <Fragment key={depth}>
          {depth > 0 && <ChevronRight size={12} color="var(--mantine-color-dimmed)" aria-hidden />}
          {depth < names.length ? (
            <Anchor component="button" type="button" size="xs" onClick={() => onBack(depth)}>
              {name}
            </Anchor>
          ) : (
            <Text size="xs" aria-current="step">
              {name}
            </Text>
          )}
        </Fragment>
      ))}
    </Group>
  );
}
