import { t } from "@lingui/core/macro";
import type { ForecastResult } from "../api/types";
import { number } from "../components/format";
import type { Option } from "./Chart";

/** As the server's palette has them: what was is dark, what is expected is blue. */
const PAST = "#5c636b";
const AHEAD = "#4f8ecf";
/** From the widest band to the narrowest; each lies on those before. */
const BANDS = [
  { level: "95", opacity: 0.12, shown: 0.2 },
  { level: "80", opacity: 0.16, shown: 0.4 },
  { level: "50", opacity: 0.22, shown: 0.65 },
] as const;

/** The history, the forecast, and within what it will lie with 50, 80 and 95 %. */
export function forecastOption({ history, values, changepoints }: ForecastResult, name: string): Option {
  const past = history.map(({ date, value }) => [date, rounded(value)]);
  const last = past.slice(-1);
  return {
    useUTC: true,
    grid: { left: 8, right: 20, top: 40, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all" },
    tooltip: { trigger: "axis", confine: true, valueFormatter: read },
    legend: {
      type: "scroll",
      top: 4,
      left: 4,
      icon: "roundRect",
      itemWidth: 14,
      itemHeight: 8,
      data: [t`History`, t`Forecast`, ...BANDS.map(nameOf)],
    },
    xAxis: {
      type: "time",
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: { hideOverlap: true },
    },
    yAxis: {
      type: "value",
      scale: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { formatter: read },
    },
    series: [
      ...BANDS.flatMap((band) => bandOf(band, values)),
      {
        type: "line",
        name: t`History`,
        color: PAST,
        showSymbol: false,
        lineStyle: { width: 2 },
        data: past,
        markLine: changesOf(changepoints),
      },
      {
        type: "line",
        name: t`Forecast`,
        color: AHEAD,
        showSymbol: values.length <= 40,
        symbolSize: 5,
        lineStyle: { width: 2 },
        data: [...last, ...values.map(({ date, value }) => [date, rounded(value)])],
      },
    ],
    aria: { enabled: true, label: { description: described(name, history.length, values) } },
  };
}

type Band = (typeof BANDS)[number];
type Values = ForecastResult["values"];

const nameOf = ({ level }: Band) => t`${level} % band`;

/** A band is an invisible line at its foot and, stacked on that, what lies up to its head. */
function bandOf(band: Band, values: Values): Option[] {
  const shared = {
    type: "line",
    stack: band.level,
    // The foot may lie below zero and the height above it; both add up all the same.
    stackStrategy: "all",
    showSymbol: false,
    silent: true,
    color: AHEAD,
    lineStyle: { width: 0 },
    tooltip: { show: false },
  };
  const edge = (value: Values[number]) =>
    [value[`lower_${band.level}`], value[`upper_${band.level}`]] as const;
  return [
    { ...shared, data: values.map((one) => [one.date, edge(one)[0]]) },
    {
      ...shared,
      name: nameOf(band),
      areaStyle: { color: AHEAD, opacity: band.opacity },
      // Of the legend: about what the bands look like, each lying on those before.
      itemStyle: { opacity: band.shown },
      data: values.map((one) => [one.date, edge(one)[1] - edge(one)[0]]),
    },
  ];
}

/** Where the level of the history changed for good. */
const changesOf = (changes: ForecastResult["changepoints"]) => ({
  silent: true,
  symbol: "none",
  label: { show: false },
  lineStyle: { type: "dashed", color: PAST, width: 1 },
  data: changes.map(({ date }) => ({ xAxis: date })),
});

function described(name: string, known: number, values: Values): string {
  const [first, last] = [values[0], values.at(-1)];
  if (!first || !last) return t`${name}: ${known} values of the past.`;
  const of = ({ value, lower_80, upper_80 }: Values[number]) => {
    const [expected, low, high] = [short(value), short(lower_80), short(upper_80)];
    return t`${expected} (80 % between ${low} and ${high})`;
  };
  const [ahead, from, to] = [values.length, of(first), of(last)];
  return t`${name}: ${known} values of the past, ${ahead} expected, from ${from} to ${to}.`;
}

/** A value at an axis or in a tooltip, which may have none. */
const read = (value: unknown) =>
  typeof value === "number" ? number(value, { maximumFractionDigits: 6 }) : "–";

/** What a tooltip shows of it. */
const rounded = (value: number) => Number(value.toPrecision(6));

const short = (value: number) => number(value, { maximumSignificantDigits: 4 });
