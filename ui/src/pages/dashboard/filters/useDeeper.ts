import { useQueries } from "@tanstack/react-query";
import type { Field } from "../../../api/catalog";
import { sketch } from "../../../api/dashboards";
import { sentence } from "../../../api/errors";
import type { Widget } from "../../../api/types";
import { asWanted, deepened, nameOfWay, type Step, type Steps } from "./deeper";
import { applied, type View } from "./view";

/** Where somebody is in a widget, and the way back. */
export interface Trail {
  names: string[];
  onBack: (depth: number) => void;
}

export interface Going {
  steps: Steps;
  onSteps: (steps: Steps) => void;
}

interface Asked {
  view: View;
  fieldsOf: (widget: Widget) => Field[];
  /** Whether the columns are known that the view may be about. */
  isReady: boolean;
  refreshed: string | null;
}

/** The widgets that somebody has gone into. */
export function useDeeper(
  widgets: Widget[],
  { steps, onSteps }: Going,
  { view, fieldsOf, isReady, refreshed }: Asked,
) {
  const entered = widgets.flatMap((widget) => {
    const taken = steps[widget.id];
    if (!taken?.length) return [];
    const deep = deepened(widget, taken);
    return [{ deep, wanted: applied(deep, view, fieldsOf(widget)) ?? asWanted(deep) }];
  });
  const answers = useQueries({
    queries: entered.map(({ wanted }) => ({
      queryKey: ["deeper", wanted, refreshed],
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await sketch([wanted], signal))[0] ?? null,
      enabled: isReady,
      retry: false,
    })),
  });
  const placeOf = (id: number) => entered.findIndex(({ deep }) => deep.id === id);
  const go = (id: number, taken: Step[]) => onSteps({ ...steps, [id]: taken });
  return {
    enter: (id: number, step: Step) => go(id, [...(steps[id] ?? []), step]),
    isWaiting: (id: number) => {
      const { isFetching = false, isPending = false } = answers[placeOf(id)] ?? {};
      return isFetching || isPending;
    },
    trailOf: (id: number): Trail | undefined => {
      const taken = placeOf(id) < 0 ? [] : steps[id];
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
