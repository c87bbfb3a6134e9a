import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ifMatch, take, takeTagged } from "./client";
import type { ListQuery } from "./queries";
import type { Model } from "./types";

export type ModelFormat = "claribi" | "ossie";

const pathOf = (model_id: number) => ({ params: { path: { model_id } } });

export const modelsQuery = (query: ListQuery) =>
  queryOptions({
    queryKey: ["models", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/models", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export async function readModel(id: number) {
  const { value, etag } = await takeTagged(api.GET("/api/v1/models/{model_id}", pathOf(id)));
  return { value: value.model, etag };
}

export async function saveModel(id: number, body: Model, etag: string | null) {
  const request = { ...pathOf(id), body, ...ifMatch(etag ?? "*") };
  const saved = await takeTagged(api.PUT("/api/v1/models/{model_id}", request));
  return { value: saved.value.model, etag: saved.etag };
}

/** Makes the model that the data suggest: by declared keys, names and values. */
export async function makeGuessedModel(name: string, source_ids: number[]) {
  const body = await take(api.POST("/api/v1/models/guess", { body: { name, source_ids } }));
  return take(api.POST("/api/v1/models", { body }));
}

export const importModel = (text: string, source_id: number | null) =>
  take(api.POST("/api/v1/models/import", { body: { text, source_id } }));

export const checkModel = (body: Model) => take(api.POST("/api/v1/models/check", { body }));

export const deleteModel = (id: number) => take(api.DELETE("/api/v1/models/{model_id}", pathOf(id)));

export const exportAddress = (id: number, format: ModelFormat) =>
  `/api/v1/models/${id}/export?format=${format}`;
