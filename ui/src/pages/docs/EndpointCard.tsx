import { Badge, Collapse, Paper, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import classes from "./EndpointCard.module.css";
import { EndpointDetail } from "./EndpointDetail";
import type { Endpoint } from "./openapi";

const COLORS: Record<string, string> = {
  get: "teal",
  post: "blue",
  patch: "orange",
  put: "orange",
  delete: "red",
};

/** One endpoint: a line, and all about it when opened. Its address has a fragment to link to. */
export function EndpointCard({ endpoint }: { endpoint: Endpoint }) {
  const [opened, setOpened] = useState(() => location.hash === `#${endpoint.id}`);
  const toggle = () => {
    if (!opened) history.replaceState(null, "", `#${endpoint.id}`);
    setOpened(!opened);
  };
  return (
    <Paper id={endpoint.id} className={classes.card}>
      <UnstyledButton className={classes.line} aria-expanded={opened} onClick={toggle}>
        <Badge color={COLORS[endpoint.method] ?? "gray"} variant="light" w={68} flex="none" radius="sm">
          {endpoint.method}
        </Badge>
        <code className={classes.path}>{endpoint.path}</code>
        <Text size="sm" c="dimmed" className={classes.words}>
          {firstSentence(endpoint)}
        </Text>
      </UnstyledButton>
      <Collapse expanded={opened}>{opened && <EndpointDetail endpoint={endpoint} />}</Collapse>
    </Paper>
  );
}

const firstSentence = ({ description, summary }: Endpoint) =>
  /^[^\n]*?\.(?=\s|$)/.exec(description ?? "")?.[0] ?? summary ?? "";
