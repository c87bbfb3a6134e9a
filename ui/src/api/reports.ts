import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ifMatch, take, takeTagged } from "./client";
import type { ListQuery } from "./queries";
import type { ChangedReportSettings, NewTemplate, ReportDetail } from "./types";

/** More templates than that are found by searching. */
const MANY = { page: 1, page_size: 100 };

export const readLook = () => takeTagged(api.GET("/api/v1/report-settings"));

export const lookQuery = () => queryOptions({ queryKey: ["report-settings"], queryFn: readLook });

export const saveLook = (body: ChangedReportSettings, etag: string | null) =>
  takeTagged(api.PATCH("/api/v1/report-settings", { body, ...ifMatch(etag ?? "*") }));

export const templatesQuery = (query: ListQuery = MANY) =>
  queryOptions({
    queryKey: ["report-templates", query],
    queryFn: ({ signal }) => take(api.GET("/api/v1/report-templates", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const readTemplate = (template_id: string) =>
  takeTagged(api.GET("/api/v1/report-templates/{template_id}", { params: { path: { template_id } } }));

/** Of a template that is not there yet, the id is null. */
export const saveTemplate = (id: string | null, body: NewTemplate, etag: string | null) =>
  id === null
    ? takeTagged(api.POST("/api/v1/report-templates", { body }))
    : takeTagged(
        api.PATCH("/api/v1/report-templates/{template_id}", {
          params: { path: { template_id: Number(id) } },
          body,
          ...ifMatch(etag ?? "*"),
        }),
      );

export const deleteTemplate = (id: string) =>
  take(
    api.DELETE("/api/v1/report-templates/{template_id}", { params: { path: { template_id: Number(id) } } }),
  );

export type Notes = ReportDetail["notes"];

export async function readNotes(report_id: number) {
  const { value, etag } = await takeTagged(
    api.GET("/api/v1/reports/{report_id}", { params: { path: { report_id } } }),
  );
  return { value: value.notes, etag };
}

export async function saveNotes(report_id: number, notes: Record<string, string | null>, etag: string) {
  const answer = await takeTagged(
    api.PATCH("/api/v1/reports/{report_id}", {
      params: { path: { report_id } },
      body: { notes },
      ...ifMatch(etag),
    }),
  );
  return { value: answer.value.notes, etag: answer.etag };
}
