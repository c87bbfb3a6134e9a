import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { Field } from "../../../api/catalog";
import { sketch } from "../../../api/dashboards";
import { sentence } from "../../../api/errors";
import type { Widget } from "../../../api/types";
import { asWanted, deepened, nameOfWay, type Step } from "./deeper";
import { applied, type View } from "./view";

/** Where somebody is in a widget, and the way back. */
export interface Trail {
  names: string[];
  onBack: (depth: number) => void;
}

/** The widgets that somebody has gone into. It is forgotten with the page. */
export function useDeeper(
  widgets: Widget[],
  view: View,
  fieldsOf: (widget: Widget) => Field[],
  refreshed: string | null,
) {
  const [steps, setSteps] = useState<ReadonlyMap<number, Step[]>>(new Map());
  const entered = widgets.flatMap((widget) => {
    const taken = steps.get(widget.id);
    if (!taken?.length) return [];
    const deep = deepened(widget, taken);
    return [{ deep, wanted: applied(deep, view, fieldsOf(widget)) ?? asWanted(deep) }];
  });
  const answers = useQueries({
    queries: entered.map(({ wanted }) => ({
      queryKey: ["deeper", wanted, refreshed],
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await sketch([wanted], signal))[0] ?? null,
      retry: false,
    })),
  });
  const placeOf = (id: number) => entered.findIndex(({ deep }) => deep.id === id);
  const go = (id: number, taken: Step[]) => setSteps((before) => new Map(before).set(id, taken));
  return {
    enter: (id: number, step: Step) => go(id, [...(steps.get(id) ?? []), step]),
    isWaiting: (id: number) => answers[placeOf(id)]?.isFetching ?? false,
    trailOf: (id: number): Trail | undefined => {
      const taken = steps.get(id);
      if (!taken?.length) return undefined;
      return { names: taken.map(nameOf), onBack: (depth) => go(id, taken.slice(0, depth)) };
    },
    /** Undefined where nobody has gone into it, or its answer has not come yet. */
    shown: (id: number): Widget | undefined => {
      const { data, error } = answers[placeOf(id)] ?? {};
      const { deep, wanted } = entered[placeOf(id)] ?? {};
      if (!deep || !wanted || (!data && !error)) return undefined;
      const query = wanted.query as Widget["query"];
      if (!data) return { ...deep, query, data: null, chart: null, error: sentence(error) };
      return { ...deep, ...data, query, options: wanted.options ?? {} };
    },
  };
}

const nameOf = ({ parts, into }: Step) => {
  const way = nameOfWay(into);
  return `${parts.map((part) => part.text).join(", ")}, ${way.charAt(0).toLowerCase()}${way.slice(1)}`;
};
