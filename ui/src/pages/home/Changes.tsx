import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Change, Home } from "../../api/types";
import { When } from "../../components/When";
import { LEGIBLE_RED } from "../../theme";
import { ObjectLine } from "./ObjectLine";
import { Section } from "./Start";

const SHOWN = 5;

const wordsOf = (): Record<Change["what"], string> => ({
  data_changed: t`New data`,
  generated: t`Generated`,
  computed: t`Computed`,
  synced: t`Updated`,
  failed: t`Failed`,
});

/** What happened while somebody was away. */
export function Changes({ since, items, more }: NonNullable<Home["changes"]>) {
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(items.length - SHOWN, 0);
  if (items.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>
          Nothing has changed since you were here last, <When at={since} />.
        </Trans>
      </Text>
    );
  }
  return (
    <Section title={t`Since you were here last`}>
      {items.slice(0, items.length - hidden).map((item) => (
        <OneChange key={`${item.type} ${item.id}`} change={item} />
      ))}
      {hidden > 0 && (
        <Button variant="subtle" size="compact-sm" w="fit-content" ml={-8} onClick={() => setAll(true)}>
          {more ? t`${hidden} more, and older ones` : t`${hidden} more`}
        </Button>
      )}
    </Section>
  );
}

function OneChange({ change }: { change: Change }) {
  const failed = change.what === "failed";
  return (
    <Stack gap={0}>
      <ObjectLine
        object={change}
        aside={
          <>
            <Text span inherit c={failed ? LEGIBLE_RED : undefined} fw={failed ? 600 : 400}>
              {wordsOf()[change.what]}
            </Text>
            {" · "}
            <When at={change.at} />
          </>
        }
      />
      {failed && change.message && (
        <Text c="dimmed" size="xs" pl={23} lineClamp={2}>
          {change.message}
        </Text>
      )}
    </Stack>
  );
}
