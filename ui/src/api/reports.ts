import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ifMatch, take, takeTagged } from "./client";
import type { ListQuery } from "./queries";
import type { ChangedReport, ChangedReportSettings, NewTemplate, Report, ReportDetail } from "./types";

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

/** A part of a report's definition, with the tag of the report. */
export async function readPart<T>(report_id: number, part: (report: ReportDetail) => T) {
  const { value, etag } = await takeTagged(
    api.GET("/api/v1/reports/{report_id}", { params: { path: { report_id } } }),
  );
  return { value: part(value), etag };
}

export async function savePart<T>(
  report_id: number,
  body: ChangedReport,
  part: (report: Report) => T,
  etag: string | null,
) {
  const answer = await takeTagged(
    api.PATCH("/api/v1/reports/{report_id}", {
      params: { path: { report_id } },
      body,
      ...ifMatch(etag ?? "*"),
    }),
  );
  return { value: part(answer.value), etag: answer.etag };
}
