import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { useState } from "react";
import { api } from "./client";
import { errorOf, offline } from "./errors";
import { dashboardQuery } from "./queries";
import type { Refreshed, Widget } from "./types";

/** Refreshes a dashboard; each widget shows its new answer as soon as that is there. */
export function useRefreshDashboard(dashboard_id: number) {
  const client = useQueryClient();
  const { queryKey } = dashboardQuery(dashboard_id);
  const [answered, setAnswered] = useState<ReadonlySet<number>>(new Set());
  const show = (widget: Widget) => {
    setAnswered((ids) => new Set(ids).add(widget.id));
    client.setQueryData(queryKey, (shown) =>
      shown
        ? { ...shown, widgets: shown.widgets.map((old) => (old.id === widget.id ? widget : old)) }
        : shown,
    );
  };
  const refresh = useMutation({
    mutationFn: () => followed(dashboard_id, show),
    onMutate: async () => {
      setAnswered(new Set());
      // A reading that began before would put the old answers back.
      await client.cancelQueries({ queryKey });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  return { refresh, isWaiting: (widget_id: number) => refresh.isPending && !answered.has(widget_id) };
}

async function followed(dashboard_id: number, show: (widget: Widget) => void): Promise<Refreshed> {
  const { data, error, response } = await api.POST("/api/v1/dashboards/{dashboard_id}/refresh", {
    params: { path: { dashboard_id } },
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
  });
  if (!response.ok || !data) throw errorOf(response.status, error, response.headers);
  const events = data
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (let read = await events.read(); !read.done; read = await events.read()) {
    if (read.value.event === "widget") show(JSON.parse(read.value.data));
    if (read.value.event === "refreshed") return JSON.parse(read.value.data);
  }
  throw offline();
}
