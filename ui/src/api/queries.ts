import {
  keepPreviousData,
  QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, take } from "./client";
import { ApiError } from "./errors";
import { load } from "./session";
import type { NewReport, Run } from "./types";

const RUN_POLL_MS = 600;
const SOURCE_POLL_MS = 700;
export const LOADS_PER_PAGE = 8;
const MAX_RETRIES = 2;

/** What only the network or a busy server caused may be tried again; a refusal stays one. */
export const queryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          failures < MAX_RETRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 502),
      },
    },
  });

export interface ListQuery {
  page: number;
  page_size: number;
  search?: string;
}

export const dashboardsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ["dashboards", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/dashboards", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const reportsQuery = (query: ListQuery & { source_id?: number }) =>
  queryOptions({
    queryKey: ["reports", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/reports", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.results.some((row) => unfinished(row.status)) ? 2000 : false,
  });

type SourceFilter = ListQuery & { status: "all" | "active" };

export const sourcesQuery = (query: SourceFilter) =>
  queryOptions({
    queryKey: ["sources", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/data-sources", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.results.some((row) => row.status === "preprocessing") ? 2000 : false,
  });

export const sourceQuery = (source_id: number) =>
  queryOptions({
    queryKey: ["source", source_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/data-sources/{source_id}", { params: { path: { source_id } }, signal })),
    refetchInterval: ({ state }) =>
      state.data?.status === "preprocessing" || state.data?.progress ? SOURCE_POLL_MS : false,
  });

/** The loads of a source, newest first; `updated_at`: read anew when the source has changed. */
export const syncsQuery = (source_id: number, page: number, updated_at: string) =>
  queryOptions({
    queryKey: ["source-syncs", source_id, page, updated_at],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/data-sources/{source_id}/syncs", {
          params: { path: { source_id }, query: { page, page_size: LOADS_PER_PAGE } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.results.some((row) => row.status === "running") ? SOURCE_POLL_MS : false,
  });

export const enginesQuery = () =>
  queryOptions({
    queryKey: ["engines"],
    queryFn: ({ signal }) => take(api.GET("/api/v1/data-sources/engines", { signal })),
  });

export const previewQuery = (source_id: number, table: string) =>
  queryOptions({
    queryKey: ["preview", source_id, table],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/data-sources/{source_id}/preview", {
          params: { path: { source_id }, query: { table, limit: 20 } },
          signal,
        }),
      ),
  });

export const dashboardQuery = (dashboard_id: number) =>
  queryOptions({
    queryKey: ["dashboard", dashboard_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/dashboards/{dashboard_id}", { params: { path: { dashboard_id } }, signal })),
  });

export const reportQuery = (report_id: number) =>
  queryOptions({
    queryKey: ["report", report_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/reports/{report_id}", { params: { path: { report_id } }, signal })),
  });

export const runQuery = (report_id: number, run_id: number) =>
  queryOptions({
    queryKey: ["run", report_id, run_id],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/reports/{report_id}/runs/{run_id}", {
          params: { path: { report_id, run_id } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (!state.data || unfinished(state.data.status) ? RUN_POLL_MS : false),
  });

export const reportEvidenceQuery = (report_id: number, generated_at: string | null) =>
  queryOptions({
    queryKey: ["report-evidence", report_id, generated_at],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/reports/{report_id}/evidence", { params: { path: { report_id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const evidenceQuery = (evidence_id: number) =>
  queryOptions({
    queryKey: ["evidence", evidence_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/evidence/{evidence_id}", { params: { path: { evidence_id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const unfinished = (status: Run["status"] | "draft") =>
  status === "pending" || status === "generating";

/** The dashboard that a source gets by itself; null until it is there. */
export async function dashboardOf(source_id: number): Promise<number | null> {
  const query = { source_id, ordering: "created_at", page_size: 1 };
  const listed = await take(api.GET("/api/v1/dashboards", { params: { query } }));
  return listed.results[0]?.id ?? null;
}

export function useGenerate(report_id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(api.POST("/api/v1/reports/{report_id}/generate", { params: { path: { report_id } } })),
    onSettled: () => {
      // The credits that are left are part of what is known of the session.
      load();
      return client.invalidateQueries({ queryKey: ["report", report_id] });
    },
  });
}

/** Stops a generation before its next step. */
export function useStopRun(report_id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (run_id: number) =>
      take(
        api.POST("/api/v1/reports/{report_id}/runs/{run_id}/cancel", {
          params: { path: { report_id, run_id } },
        }),
      ),
    onSettled: (_run, _error, run_id) =>
      Promise.all([
        client.invalidateQueries({ queryKey: runQuery(report_id, run_id).queryKey }),
        client.invalidateQueries({ queryKey: ["report", report_id] }),
      ]),
  });
}

export function useVerify(report_id: number) {
  return useMutation({
    mutationFn: () =>
      take(api.POST("/api/v1/reports/{report_id}/verify", { params: { path: { report_id } } })),
  });
}

export function useNewReport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewReport) => take(api.POST("/api/v1/reports/generate", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["reports"] }),
    onSettled: () => load(),
  });
}

/** The latest run of a report while it is under way, kept up to date. */
export function useRun(run: Run | null | undefined) {
  return useQuery({
    ...runQuery(run?.report_id ?? 0, run?.id ?? 0),
    enabled: run != null && unfinished(run.status),
  });
}
