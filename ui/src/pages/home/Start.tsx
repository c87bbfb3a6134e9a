import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { Home } from "../../api/types";
import { When } from "../../components/When";
import { Changes } from "./Changes";
import { ObjectLine } from "./ObjectLine";

/** What somebody comes back to: what changed, favourites, what was opened lately. */
export function Start({ home: { changes, favorites, recent } }: { home: Home }) {
  if (!changes && favorites.length === 0 && recent.length === 0) return null;
  return (
    <>
      {changes && <Changes {...changes} />}
      {favorites.length + recent.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
          <Section title={t`Favourites`}>
            {favorites.map((one) => (
              <ObjectLine key={`${one.type} ${one.id}`} object={one} />
            ))}
            {favorites.length === 0 && (
              <Text c="dimmed" size="sm">
                <Trans>The star beside a dashboard or report keeps it here.</Trans>
              </Text>
            )}
          </Section>
          {recent.length > 0 && (
            <Section title={t`Opened lately`}>
              {recent.map((one) => (
                <ObjectLine key={`${one.type} ${one.id}`} object={one} aside={<When at={one.opened_at} />} />
              ))}
            </Section>
          )}
        </SimpleGrid>
      )}
    </>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap={6} component="section" aria-label={title} miw={0}>
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
