import type { Widget } from "../../api/types";

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** The API's own defaults. */
export const placeOf = ({ x = 0, y = 0, w = 6, h = 4 }: Widget["position"]): Place => ({ x, y, w, h });

const meet = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * The widgets as they are read, row by row, each in its place or, where another one is already there, below
 * that: scripts often leave the places out.
 */
export function arrange(widgets: Widget[]): { widget: Widget; place: Place }[] {
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
