import { Stack, Title } from "@mantine/core";
import { EndpointCard } from "./EndpointCard";
import type { Endpoint } from "./openapi";

/** What the document says is English, whatever the page speaks. */
export function Group({ tag, endpoints }: { tag: string; endpoints: Endpoint[] }) {
  return (
    <Stack gap="xs" mb="xl" component="section" aria-label={tag} lang="en">
      <Title order={2} size="h4">
        {tag}
      </Title>
      {endpoints.map((endpoint) => (
        <EndpointCard key={endpoint.id} endpoint={endpoint} />
      ))}
    </Stack>
  );
}
