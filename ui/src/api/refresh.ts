import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "./client";
import { dashboardQuery } from "./queries";
import { lastOf } from "./stream";
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
  const answer = await api.POST("/api/v1/dashboards/{dashboard_id}/refresh", {
    params: { path: { dashboard_id } },
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
  });
  return lastOf<Refreshed>(answer, "refreshed", (name, data) => name === "widget" && show(JSON.parse(data)));
}
