import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Field, useCatalog } from "../../../api/catalog";
import { sketch } from "../../../api/dashboards";
import type { NewWidget, Question, Sketch, Widget } from "../../../api/types";
import { daysInWords } from "./periods";
import { applied, isAll, timeOf, type View } from "./view";

const questionOf = (widget: Widget) => widget.query as Question | null;

/** The widgets as a view leaves them, and the columns that a view can be about. */
export function useFiltered(widgets: Widget[], view: View, refreshed: string | null) {
  const questions = widgets.flatMap((widget) => questionOf(widget) ?? []);
  const catalog = useCatalog(questions);
  const fieldsOf = (widget: Widget) => {
    const question = questionOf(widget);
    return question ? catalog.fieldsOf(question) : [];
  };
  const asked = isAll(view)
    ? []
    : widgets.flatMap((widget) => {
        const wanted = applied(widget, view, fieldsOf(widget));
        return wanted ? [{ id: widget.id, wanted }] : [];
      });
  const { data, error, isFetching } = useQuery({
    queryKey: ["filtered", asked, refreshed],
    queryFn: async ({ signal }) => {
      const sketched = await sketch(
        asked.map(({ wanted }) => wanted),
        signal,
      );
      return new Map(asked.map(({ id }, at) => [id, sketched[at]]));
    },
    placeholderData: keepPreviousData,
    enabled: asked.length > 0,
    retry: false,
  });
  const wantedOf = new Map(asked.map(({ id, wanted }) => [id, wanted]));
  return {
    error: asked.length > 0 ? error : null,
    isPending: questions.length > 0 && catalog.isPending,
    fieldsOf,
    fields: fieldsOfAll(widgets, fieldsOf),
    newest: newestOf(widgets, fieldsOf),
    timeOf: (widget: Widget) => {
      const question = questionOf(widget);
      return question ? timeOf(question, fieldsOf(widget))?.name : undefined;
    },
    /** Said of a widget whose title may speak of a period of its own. */
    noteOf: (widget: Widget) =>
      wantedOf.has(widget.id) && view.period ? daysInWords(view.period) : undefined,
    isWaiting: (widget: Widget) => isFetching && wantedOf.has(widget.id),
    isUntouched: (widget: Widget) => !isAll(view) && !catalog.isPending && !wantedOf.has(widget.id),
    shown: (widget: Widget): Widget => {
      const wanted = wantedOf.get(widget.id);
      const sketch = wanted && data?.get(widget.id);
      return sketch ? asSketched(widget, wanted, sketch) : widget;
    },
  };
}

const asSketched = (widget: Widget, { query, options }: NewWidget, sketch: Sketch): Widget => ({
  ...widget,
  ...sketch,
  query: query as Widget["query"],
  options: options ?? {},
});

/** A column, and a question that its values can be looked up in. */
export interface Offered extends Field {
  question: Question;
}

function fieldsOfAll(widgets: Widget[], fieldsOf: (widget: Widget) => Field[]): Offered[] {
  const offered = new Map<string, Offered>();
  for (const widget of widgets) {
    const question = questionOf(widget);
    if (!question) continue;
    for (const field of fieldsOf(widget)) {
      if (!offered.has(field.name)) offered.set(field.name, { ...field, question });
    }
  }
  return [...offered.values()];
}

/** The newest moment of all time columns; undefined where no widget has one. */
function newestOf(widgets: Widget[], fieldsOf: (widget: Widget) => Field[]): string | null | undefined {
  const times = widgets.flatMap((widget) => {
    const question = questionOf(widget);
    return (question && timeOf(question, fieldsOf(widget))) || [];
  });
  if (times.length === 0) return undefined;
  const known = times.flatMap(({ maximum }) => (typeof maximum === "string" ? [maximum] : []));
  return known.sort().at(-1) ?? null;
}
