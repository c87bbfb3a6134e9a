import { t } from "@lingui/core/macro";
import type { ChartType } from "../../../api/types";

/** A type of widget as people call it. */
export function nameOfType(type: ChartType): string {
  const names: Record<ChartType, string> = {
    metric: t`number`,
    bar: t`bar`,
    line: t`line`,
    area: t`area`,
    pie: t`pie`,
    table: t`table`,
    scatter: t`scatter`,
    heatmap: t`heatmap`,
    funnel: t`funnel`,
    gauge: t`gauge`,
    text: t`text`,
  };
  return names[type];
}
