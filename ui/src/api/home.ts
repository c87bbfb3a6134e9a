import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, take } from "./client";
import type { Home } from "./types";

export type Opened = Pick<Home["recent"][number], "type" | "id">;
export type Starred = Opened & { type: "dashboard" | "report" };

export const homeQuery = () =>
  queryOptions({
    queryKey: ["home"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/home", { signal })),
  });

/** Tell that somebody is here and what they look at; nobody waits for it, or hears that it failed. */
export function useVisit(opened: Opened | null) {
  const [type, id] = [opened?.type, opened?.id];
  useEffect(() => {
    const body = { opened: type && id ? { type, id } : null };
    take(api.POST("/api/v1/home/visits", { body })).catch(() => {});
  }, [type, id]);
}

/** Whether an object is a favourite, undefined while that is not known, and what makes it one or none. */
export function useFavorite({ type, id }: Starred, name: string) {
  const client = useQueryClient();
  const { queryKey } = homeQuery();
  const { data } = useQuery(homeQuery());
  const toggle = useMutation({
    mutationFn: (on: boolean) => take(change({ type, id }, on)),
    onMutate: async (on) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, (home) => home && { ...home, favorites: changed(home, on) });
      return before;
    },
    onError: (_error, _on, before) => client.setQueryData(queryKey, before),
  });
  const others = (home: Home) => home.favorites.filter((one) => one.type !== type || one.id !== id);
  const changed = (home: Home, on: boolean) => [
    ...(on ? [{ type, id, name, favorite_since: new Date().toISOString() }] : []),
    ...others(home),
  ];
  return { isFavorite: data && others(data).length < data.favorites.length, toggle: toggle.mutate };
}

function change({ type, id }: Starred, on: boolean) {
  if (type === "dashboard") {
    const request = { params: { path: { dashboard_id: id } } };
    const path = "/api/v1/dashboards/{dashboard_id}/favorite";
    return on ? api.POST(path, request) : api.DELETE(path, request);
  }
  const request = { params: { path: { report_id: id } } };
  const path = "/api/v1/reports/{report_id}/favorite";
  return on ? api.POST(path, request) : api.DELETE(path, request);
}
