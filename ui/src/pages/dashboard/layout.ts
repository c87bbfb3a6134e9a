import type { Widget } from "../../api/types";

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const COLUMNS = 12;
/** Columns or rows that the editor leaves a widget at least; scripts may go below. */
const LEAST = 2;
const MOST_ROWS = 100;
/** How far a step looks for a place that is another than before. */
const FURTHEST = 40;

/** The API's own defaults. */
export const placeOf = ({ x = 0, y = 0, w = 6, h = 4 }: Widget["position"]): Place => ({ x, y, w, h });

const meet = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * The widgets as they are read, row by row, each in its place or, where another one is already there, below
 * that: scripts often leave the places out.
 */
export function arrange<W extends { position: Widget["position"] }>(
  widgets: W[],
): { widget: W; place: Place }[] {
  const wanted = widgets.map((widget) => ({ widget, place: placeOf(widget.position) }));
  const arranged: typeof wanted = [];
  for (const { widget, place } of wanted.sort(byPlace)) {
    const free = { ...place };
    for (let other = occupant(free); other; other = occupant(free)) free.y = other.place.y + other.place.h;
    arranged.push({ widget, place: free });
  }
  return arranged.sort(byPlace);

  function occupant(place: Place) {
    return arranged.find((one) => meet(one.place, place));
  }
}

const byPlace = (a: { place: Place }, b: { place: Place }) => a.place.y - b.place.y || a.place.x - b.place.x;

/** Something on the grid of the editor. */
export interface Item {
  key: string;
  position: Place;
}

/** All items without a gap above and without one over another; the moved one goes before its like. */
export function settle<I extends Item>(items: I[], moved?: string): I[] {
  const settled = new Map<string, Place>();
  const order = [...items].sort(
    (a, b) =>
      a.position.y - b.position.y ||
      Number(b.key === moved) - Number(a.key === moved) ||
      a.position.x - b.position.x,
  );
  for (const { key, position } of order) settled.set(key, fallen(position, [...settled.values()]));
  return items.map((item) => ({ ...item, position: settled.get(item.key) ?? item.position }));
}

/** The highest place below everything that the others have above it. */
function fallen(place: Place, others: Place[]): Place {
  const over = others.filter((other) => other.x < place.x + place.w && place.x < other.x + other.w);
  return { ...place, y: Math.max(0, ...over.map((other) => other.y + other.h)) };
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** A place moved by so many columns and rows, within the grid. */
export const movedBy = (place: Place, dx: number, dy: number): Place => ({
  ...place,
  x: clamp(place.x + dx, 0, COLUMNS - place.w),
  y: Math.max(place.y + dy, 0),
});

/** A place so many columns wider and rows higher, within the grid. */
export const grownBy = (place: Place, dx: number, dy: number): Place => ({
  ...place,
  w: clamp(place.w + dx, LEAST, COLUMNS - place.x),
  h: clamp(place.h + dy, LEAST, MOST_ROWS),
});

/** The items with one of them put somewhere else, and the others out of its way. */
export function put<I extends Item>(items: I[], key: string, position: Place): I[] {
  return settle(
    items.map((item) => (item.key === key ? { ...item, position } : item)),
    key,
  );
}

/** One step in a direction: as far as it takes to come to another place. The same items where there is none. */
export function step<I extends Item>(items: I[], key: string, dx: number, dy: number): I[] {
  const from = items.find((item) => item.key === key)?.position;
  if (!from) return items;
  for (let times = 1; times <= FURTHEST; times += 1) {
    const next = put(items, key, movedBy(from, dx * times, dy * times));
    const to = next.find((item) => item.key === key)?.position;
    if (to && (to.x !== from.x || to.y !== from.y)) return next;
  }
  return items;
}

/** The first place from the top where something of this size has room. */
export function freePlace(items: Item[], { w, h }: Pick<Place, "w" | "h">): Place {
  const bottom = Math.max(0, ...items.map(({ position }) => position.y + position.h));
  for (let y = 0; y < bottom; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) {
      const place = { x, y, w, h };
      if (!items.some(({ position }) => meet(position, place))) return place;
    }
  }
  return { x: 0, y: bottom, w, h };
}
