import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "./client";
import type { ListQuery } from "./queries";
import type { Forecast, ForecastRun, NewForecast } from "./types";

const POLL_MS = 800;

export const underWay = (run: ForecastRun | null | undefined) =>
  run?.status === "pending" || run?.status === "running";

export const forecastsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ["forecasts", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/forecasts", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const forecastQuery = (forecast_id: number) =>
  queryOptions({
    queryKey: ["forecast", forecast_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/forecasts/{forecast_id}", { params: { path: { forecast_id } }, signal })),
    refetchInterval: ({ state }) => (underWay(state.data?.latest_run) ? POLL_MS : false),
  });

export const forecastRunsQuery = (forecast_id: number, latest: ForecastRun | null) =>
  queryOptions({
    queryKey: ["forecast-runs", forecast_id, latest?.id, latest?.status],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/forecasts/{forecast_id}/runs", {
          params: { path: { forecast_id }, query: { page_size: 10 } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** A run that has ended: it never changes. */
export const forecastRunQuery = (forecast_id: number, run_id: number) =>
  queryOptions({
    queryKey: ["forecast-run", forecast_id, run_id],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/v1/forecasts/{forecast_id}/runs/{run_id}", {
          params: { path: { forecast_id, run_id } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const trustQuery = (forecast_id: number, run_id: number) =>
  queryOptions({
    queryKey: ["trust", forecast_id, run_id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/v1/forecasts/{forecast_id}/trust", { params: { path: { forecast_id } }, signal })),
    retry: false,
  });

export function useRunForecast(forecast_id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      take(api.POST("/api/v1/forecasts/{forecast_id}/run", { params: { path: { forecast_id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["forecast", forecast_id] }),
  });
}

/** Defines a forecast and has it computed at once. */
export function useNewForecast() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: NewForecast) => {
      const made = await take(api.POST("/api/v1/forecasts", { body }));
      // That it is there is what counts; its page says why it could not be computed, and tries again.
      await api.POST("/api/v1/forecasts/{forecast_id}/run", { params: { path: { forecast_id: made.id } } });
      return made;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["forecasts"] }),
  });
}

type Changes = { schedule?: Forecast["schedule"]; is_active?: boolean };

export function useChangeForecast(forecast_id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Changes) =>
      take(api.PATCH("/api/v1/forecasts/{forecast_id}", { params: { path: { forecast_id } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ["forecast", forecast_id] }),
  });
}

export async function deleteForecast(forecast_id: number) {
  return take(api.DELETE("/api/v1/forecasts/{forecast_id}", { params: { path: { forecast_id } } }));
}
