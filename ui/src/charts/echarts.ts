/** The parts of ECharts that the server's options use; loaded when the first chart is drawn. */
import {
  BarChart,
  FunnelChart,
  GaugeChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
} from "echarts/charts";
import {
  AriaComponent,
  AxisPointerComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, registerLocale, registerTheme, use } from "echarts/core";
import { LabelLayout, LegacyGridContainLabel } from "echarts/features";
import german from "echarts/i18n/langDE-obj.js";
import { SVGRenderer } from "echarts/renderers";
import { themes } from "./themes";

use([
  BarChart,
  FunnelChart,
  GaugeChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
  AriaComponent,
  AxisPointerComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
  LabelLayout,
  LegacyGridContainLabel,
  SVGRenderer,
]);
for (const [name, theme] of Object.entries(themes)) registerTheme(name, theme);

// English is built in.
registerLocale("DE", german);

export { init };
