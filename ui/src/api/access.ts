import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ifMatch, take, takeTagged } from "./client";
import type { ListQuery } from "./queries";
import type { NewAccessRule } from "./types";

const pathOf = (rule_id: number) => ({ params: { path: { rule_id } } });

export const rulesQuery = (query: ListQuery & { source_id: number }) =>
  queryOptions({
    queryKey: ["access-rules", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/access-rules", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const readRule = (id: number) => takeTagged(api.GET("/api/v1/access-rules/{rule_id}", pathOf(id)));

/** Of a rule that is not there yet, the id is null. */
export const saveRule = (id: number | null, body: NewAccessRule, etag: string | null) =>
  id === null
    ? takeTagged(api.POST("/api/v1/access-rules", { body }))
    : takeTagged(api.PUT("/api/v1/access-rules/{rule_id}", { ...pathOf(id), body, ...ifMatch(etag ?? "*") }));

export const deleteRule = (id: number) => take(api.DELETE("/api/v1/access-rules/{rule_id}", pathOf(id)));
