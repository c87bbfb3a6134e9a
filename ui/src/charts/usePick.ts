import type { ECElementEvent, ECharts } from "echarts/core";
import { useEffect } from "react";
import type { Option } from "./Chart";

/** A mark that was clicked, and where on the screen. */
export interface Picked {
  name: string;
  series: string;
  value: unknown;
  at: { x: number; y: number };
}

interface Click {
  offsetX: number;
  offsetY: number;
  event: Event;
}

interface Axis {
  type?: string;
  data?: unknown[];
}

/** Tells of clicks on marks; on charts along an axis a click anywhere over a category or moment counts. */
export function usePick(chart: ECharts | null, option: Option, onPick?: (picked: Picked) => void) {
  useEffect(() => {
    if (!chart || !onPick) return;
    let told: Event | null = null;
    const onMark = ({ componentType, name, seriesName, value, event }: ECElementEvent) => {
      const clicked = event?.event as unknown as MouseEvent | undefined;
      if (componentType !== "series" || !clicked) return;
      told = clicked;
      onPick({ name, series: seriesName ?? "", value, at: placeOf(clicked) });
    };
    const onGround = (click: Click) => {
      if (click.event === told || !chart.containPixel({ gridIndex: 0 }, [click.offsetX, click.offsetY]))
        return;
      const found = alongAxis(chart, option, [click.offsetX, click.offsetY]);
      if (found) onPick({ ...found, series: "", at: placeOf(click.event as MouseEvent) });
    };
    chart.on("click", onMark);
    chart.getZr().on("click", onGround);
    return () => {
      // The chart may be gone already, and its listeners with it.
      if (chart.isDisposed()) return;
      chart.off("click", onMark);
      chart.getZr().off("click", onGround);
    };
  }, [chart, option, onPick]);
}

const placeOf = ({ clientX, clientY }: MouseEvent) => ({ x: clientX, y: clientY });

/** The category or moment that a point lies over. */
function alongAxis(chart: ECharts, option: Option, point: number[]): Pick<Picked, "name" | "value"> | null {
  const { tooltip, series, xAxis, yAxis } = option as {
    tooltip?: { trigger?: string };
    series?: { data?: unknown[] }[];
    xAxis?: Axis;
    yAxis?: Axis;
  };
  if (tooltip?.trigger !== "axis") return null;
  const [x, y] = chart.convertFromPixel({ seriesIndex: 0 }, point) as number[];
  const name = nameAt(xAxis, x) ?? nameAt(yAxis, y);
  if (name !== undefined) return { name, value: null };
  const moment = xAxis?.type === "time" && x !== undefined ? nearest(series?.[0]?.data ?? [], x) : undefined;
  return moment === undefined ? null : { name: "", value: [moment] };
}

function nameAt(axis: Axis | undefined, place: number | undefined): string | undefined {
  const name = axis?.type === "category" && place !== undefined ? axis.data?.[Math.round(place)] : undefined;
  return name === undefined ? undefined : String(name);
}

/** The moment of these points that is nearest to a time in milliseconds. */
function nearest(points: unknown[], to: number): string | undefined {
  const moments = points.flatMap((point) => (Array.isArray(point) ? [String(point[0])] : []));
  const off = (moment: string) => Math.abs(Date.parse(moment) - to);
  return moments.reduce<string | undefined>(
    (best, moment) => (best === undefined || off(moment) < off(best) ? moment : best),
    undefined,
  );
}
