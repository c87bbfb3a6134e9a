import type { components } from "./schema";

type Schemas = components["schemas"];

export type SignedIn = Schemas["SignedIn"];
export type SecondStep = Schemas["SecondStep"];
export type Status = Schemas["Status"];
export type User = Status["user"];
export type Dashboard = Schemas["DashboardOut"];
export type DashboardDetail = Schemas["DashboardDetail"];
export type Widget = Schemas["WidgetOut"];
export type Analysis = Schemas["AnalysisDetail"];
export type Refreshed = Schemas["Refreshed"];
export type Source = Schemas["SourceOut"];
export type SourceDetail = Schemas["SourceDetail"];
export type Table = Schemas["TableOut"];
export type Engine = Schemas["EngineOut"];
export type NewConnection = Schemas["NewConnection"];
export type SyncPlan = Schemas["SyncPlan"];
export type Connection = Schemas["ServerConnection"];
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
export type Offer = Schemas["Offer"];
export type PendingRegistration = Schemas["Pending"];
export type Registration = Schemas["Registration"];
export type LoginSession = Schemas["SessionOut"];
export type Member = Schemas["MemberOut"];
export type Invitation = Schemas["InvitationOut"];
export type Role = Schemas["RoleOut"];
export type NewRole = Schemas["NewRole"];
export type PermissionRow = Schemas["PermissionRow"];
export type NewApiKey = Schemas["NewApiKey"];
export type Policy = Schemas["Policy"];
export type ChangedPolicy = Schemas["ChangedPolicy"];
export type UsageHistory = Schemas["UsageHistory"];
export type AuditEvent = Schemas["AuditEventOut"];
export type PermissionTable = Schemas["PermissionTable"];
export type Passkey = Schemas["PasskeyOut"];
export type NewWidget = Schemas["NewWidget"];
export type ChartType = NewWidget["type"];
export type StructuredQuery = Schemas["Query"];
export type ModelQuery = Schemas["ModelQuery"];
export type SqlQuery = Schemas["SqlQuery"];
/** What can be asked. */
export type Question = StructuredQuery | ModelQuery | SqlQuery;
export type Measure = Schemas["Measure"];
export type Dimension = Schemas["Dimension"];
export type Grain = NonNullable<Dimension["grain"]>;
export type Filter = Schemas["Filter"];
export type Comparison = NonNullable<StructuredQuery["compare"]>;
/** What a widget shows at present. */
export type Sketch = Schemas["Sketch"];
export type Forecast = Schemas["ForecastOut"];
export type NewForecast = Schemas["NewForecast"];
export type ForecastRun = Schemas["ForecastRunOut"];
export type ForecastRunDetail = Schemas["ForecastRunDetail"];
export type ForecastResult = Schemas["ForecastResult"];
export type Trust = Schemas["Trust"];
