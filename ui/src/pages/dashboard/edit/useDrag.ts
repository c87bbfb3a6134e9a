import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { COLUMNS, grownBy, type Item, movedBy, type Place, put, step } from "../layout";

/** As in the stylesheet of the grid, in pixels. */
const ROW = 56;
const GAP = 16;
/** How near to the edge of the screen the page begins to move, and how far each time, in pixels. */
const EDGE = 48;
const SCROLL = 14;

type Kind = "move" | "size";

interface Drag {
  key: string;
  kind: Kind;
  from: { x: number; y: number; place: Place; cell: number };
  dx: number;
  dy: number;
  to: Place;
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Moves and resizes the items of a grid, by pointer and by arrow keys. */
export function useDrag<I extends Item>(
  grid: RefObject<HTMLElement | null>,
  items: I[],
  onChange: (items: I[], key: string) => void,
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef<Drag | null>(null);
  const show = (next: Drag | null) => {
    latest.current = next;
    setDrag(next);
  };

  function begin(event: PointerEvent<HTMLElement>, item: I, kind: Kind) {
    if (event.button !== 0 || !grid.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const cell = (grid.current.clientWidth + GAP) / COLUMNS;
    const from = { x: event.pageX, y: event.pageY, place: item.position, cell };
    show({ key: item.key, kind, from, dx: 0, dy: 0, to: item.position });
  }

  function follow(event: PointerEvent<HTMLElement>) {
    const now = latest.current;
    if (!now) return;
    scrollNear(event.clientY);
    const [dx, dy] = [event.pageX - now.from.x, event.pageY - now.from.y];
    const by = now.kind === "move" ? movedBy : grownBy;
    const to = by(now.from.place, Math.round(dx / now.from.cell), Math.round(dy / (ROW + GAP)));
    show({ ...now, dx, dy, to });
  }

  function end() {
    const now = latest.current;
    show(null);
    if (now && now.to !== now.from.place) onChange(put(items, now.key, now.to), now.key);
  }

  function press(event: KeyboardEvent<HTMLElement>, item: I, kind: Kind) {
    if (event.key === "Escape" && latest.current) {
      event.stopPropagation();
      show(null);
    }
    const arrow = ARROWS[event.key];
    if (!arrow || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const grip = event.currentTarget;
    flushSync(() => change(item, event.shiftKey ? "size" : kind, ...arrow));
    // In its new place among the others it has lost the focus.
    grip.focus();
  }

  function change(item: I, kind: Kind, dx: number, dy: number) {
    const next =
      kind === "move" ? step(items, item.key, dx, dy) : put(items, item.key, grownBy(item.position, dx, dy));
    onChange(next, item.key);
  }

  return {
    drag,
    /** Where everything is while something is dragged. */
    shown: drag ? put(items, drag.key, drag.to) : items,
    change,
    grip: (item: I, kind: Kind) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => begin(event, item, kind),
      onPointerMove: follow,
      onPointerUp: end,
      onPointerCancel: () => show(null),
      onKeyDown: (event: KeyboardEvent<HTMLElement>) => press(event, item, kind),
    }),
  };
}

function scrollNear(y: number) {
  if (y > window.innerHeight - EDGE) window.scrollBy(0, SCROLL);
  else if (y < EDGE * 2) window.scrollBy(0, -SCROLL);
}
