import type { components } from "./schema";

type Schemas = components["schemas"];

export type SignedIn = Schemas["SignedIn"];
export type User = Schemas["SignedInUser"];
export type Dashboard = Schemas["DashboardOut"];
export type DashboardDetail = Schemas["DashboardDetail"];
export type Widget = Schemas["WidgetOut"];
export type Refreshed = Schemas["Refreshed"];
export type Source = Schemas["SourceOut"];
export type SourceDetail = Schemas["SourceDetail"];
export type Table = Schemas["TableOut"];
export type Report = Schemas["ReportOut"];
export type ReportDetail = Schemas["ReportDetail"];
export type ReportFormat = Report["output_format"];
export type NewReport = Schemas["NewGeneratedReport"];
export type Run = Schemas["RunOut"];
export type Verification = Schemas["Verification"];
export type EvidenceQuery = Schemas["QueryOut"];
export type ApiKey = Schemas["ApiKeyOut"];
export type Usage = Schemas["Usage"];

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}
