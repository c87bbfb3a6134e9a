import { t } from "@lingui/core/macro";
import type { FindingKind, ReportFormat, SectionKey } from "../../api/types";

export const formats = (): Record<ReportFormat, string> => ({
  pdf: "PDF",
  html: t`Web page (HTML)`,
  xlsx: "Excel (XLSX)",
  pptx: "PowerPoint (PPTX)",
  csv: t`Figures (CSV)`,
  json: t`Data (JSON)`,
  md: "Markdown",
});

/** The sections that there are, in their usual order. */
export const sectionNames = (): Record<SectionKey, string> => ({
  answer: t`Answer`,
  executive_summary: t`Executive summary`,
  key_metrics: t`Key metrics`,
  findings: t`Findings`,
  recommendations: t`Recommendations`,
  data_quality: t`Data quality`,
  methodology: t`Methodology`,
  appendix: t`Appendix`,
});

export const kindNames = (): Record<FindingKind, string> => ({
  level: t`Level`,
  change: t`Change`,
  driver: t`What drove a change`,
  trend: t`Trend`,
  change_point: t`Change of level`,
  seasonality: t`Season`,
  outlier: t`Outliers`,
  concentration: t`Concentration`,
  rank: t`Ranking`,
  rank_change: t`Change of leader`,
  mix: t`Change of shares`,
  correlation: t`Correlation`,
  missing_data: t`Missing data`,
  threshold: t`Threshold`,
});

export const optionsOf = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));
