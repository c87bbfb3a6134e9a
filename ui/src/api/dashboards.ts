import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ifMatch, take, takeTagged } from "./client";
import { dashboardQuery } from "./queries";
import type { DashboardDetail, NewWidget, Question, Sketch } from "./types";

/** A dashboard as it was when it was read; the tag says whether it still is. */
export interface Version {
  dashboard: DashboardDetail;
  etag: string;
}

export type Wanted = Parameters<typeof saveDashboard>[2];

const pathOf = (dashboard_id: number) => ({ params: { path: { dashboard_id } } });

export async function readVersion(id: number): Promise<Version> {
  const { value, etag } = await takeTagged(api.GET("/api/v1/dashboards/{dashboard_id}", pathOf(id)));
  return { dashboard: value, etag };
}

/** Save over the version with this tag only; an `ApiError` of status 412 where somebody was quicker. */
export function saveDashboard(
  id: number,
  etag: string,
  body: { name: string; widgets: (NewWidget & { id: number | null })[] },
): Promise<DashboardDetail> {
  const request = { ...pathOf(id), body, ...ifMatch(etag) };
  return take(api.PATCH("/api/v1/dashboards/{dashboard_id}", request));
}

export function useSaveDashboard(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, wanted }: { etag: string; wanted: Wanted }) => saveDashboard(id, etag, wanted),
    onSuccess: (saved) => {
      client.setQueryData(dashboardQuery(id).queryKey, saved);
      return client.invalidateQueries({ queryKey: ["dashboards"] });
    },
  });
}

export function useNewDashboard() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; widgets?: NewWidget[] }) =>
      take(api.POST("/api/v1/dashboards", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["dashboards"] }),
  });
}

export function useAddWidget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboard, widget }: { dashboard: number; widget: NewWidget }) =>
      take(
        api.POST("/api/v1/dashboards/{dashboard_id}/widgets", {
          ...pathOf(dashboard),
          body: widget,
        }),
      ),
    onSuccess: (_, { dashboard }) => {
      client.invalidateQueries({ queryKey: ["dashboard", dashboard] });
      return client.invalidateQueries({ queryKey: ["dashboards"] });
    },
  });
}

export function useDeleteDashboard(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.DELETE("/api/v1/dashboards/{dashboard_id}", pathOf(id))),
    onSuccess: () => client.invalidateQueries({ queryKey: ["dashboards"] }),
  });
}

/** What widgets would show that are saved nowhere, or not like this. */
export async function sketch(widgets: NewWidget[], signal: AbortSignal): Promise<Sketch[]> {
  const answer = await take(api.POST("/api/v1/dashboards/sketch", { body: { widgets }, signal }));
  return answer.widgets;
}

export const rowsQuery = (question: Question) =>
  queryOptions({
    queryKey: ["rows", question],
    queryFn: ({ signal }) => take(api.POST("/api/v1/query", { body: question, signal })),
  });

export const valuesQuery = (source_id: number, table: string, column: string, search: string) =>
  queryOptions({
    queryKey: ["values", source_id, table, column, search],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/data-sources/{source_id}/values", {
          params: { path: { source_id }, query: { table, column, search, limit: 50 } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const modelQuery = (model_id: number) =>
  queryOptions({
    queryKey: ["model", model_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/models/{model_id}", { params: { path: { model_id } }, signal })),
  });
