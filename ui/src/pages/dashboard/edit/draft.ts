import { useCallback, useReducer } from "react";
import type { DashboardDetail, NewWidget, Sketch, Widget } from "../../../api/types";
import { arrange, type Item, type Place } from "../layout";

/** A widget that is being edited: what it will be, and what it shows. */
export interface DraftWidget extends Item, Sketch {
  /** Null until it is saved. */
  id: number | null;
  type: NewWidget["type"];
  title: string;
  query: NewWidget["query"];
  options: Record<string, unknown>;
}

export interface Draft {
  name: string;
  widgets: DraftWidget[];
}

let keys = 0;
export const newKey = () => `new ${++keys}`;

export const draftOf = ({ name, widgets }: DashboardDetail): Draft => ({
  name,
  widgets: arrange(widgets).map(({ widget, place }) => drafted(widget, place)),
});

const drafted = (widget: Widget, position: Place): DraftWidget => ({
  ...widget,
  key: `widget ${widget.id}`,
  query: widget.query as NewWidget["query"],
  position,
});

/** What the API is to save; widgets that are there no more are made anew. */
export const wantedOf = ({ name, widgets }: Draft, there?: Set<number>) => ({
  name: name.trim(),
  widgets: widgets.map(({ id, type, title, query, options, position }) => ({
    id: id !== null && there?.has(id) === false ? null : id,
    type,
    title,
    query,
    options,
    position,
  })),
});

export const isSame = (one: Draft, other: Draft) =>
  one === other || JSON.stringify(wantedOf(one)) === JSON.stringify(wantedOf(other));

interface History {
  past: Draft[];
  now: Draft;
  future: Draft[];
}

type Step = { to: Draft } | "undo" | "redo" | { from: Draft };

const MOST_STEPS = 100;

function moved(history: History, step: Step): History {
  const { past, now, future } = history;
  if (step === "undo") {
    const before = past.at(-1);
    return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : history;
  }
  if (step === "redo") {
    const [after, ...rest] = future;
    return after ? { past: [...past, now], now: after, future: rest } : history;
  }
  if ("from" in step) return { past: [], now: step.from, future: [] };
  if (isSame(now, step.to)) return history;
  return { past: [...past, now].slice(-MOST_STEPS), now: step.to, future: [] };
}

/** A draft whose changes can be taken back, and made again. */
export function useDraft(start: Draft) {
  const [{ past, now, future }, dispatch] = useReducer(moved, { past: [], now: start, future: [] });
  return {
    draft: now,
    change: useCallback((to: Draft) => dispatch({ to }), []),
    startFrom: useCallback((from: Draft) => dispatch({ from }), []),
    undo: past.length > 0 ? () => dispatch("undo") : undefined,
    redo: future.length > 0 ? () => dispatch("redo") : undefined,
  };
}
