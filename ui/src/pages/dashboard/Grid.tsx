import { Skeleton } from "@mantine/core";
import type { CSSProperties, ReactNode } from "react";
import type { Widget } from "../../api/types";
import classes from "./Grid.module.css";
import { arrange, type Place } from "./layout";

interface Props {
  widgets: Widget[];
  children: (widget: Widget) => ReactNode;
}

/** The widgets on their 12 columns; one below the other where the screen is narrow. */
export function Grid({ widgets, children }: Props) {
  return (
    <div className={classes.grid}>
      {arrange(widgets).map(({ widget, place }) => (
        <div key={widget.id} className={classes.cell} style={styleOf(place)} data-type={widget.type}>
          {children(widget)}
        </div>
      ))}
    </div>
  );
}

export function styleOf({ x, y, w, h }: Place) {
  return {
    "--column": `${x + 1} / span ${w}`,
    "--row": `${y + 1} / span ${h}`,
    "--height": h,
  } as CSSProperties;
}

const WAITING: Place[] = [
  ...[0, 3, 6, 9].map((x) => ({ x, y: 0, w: 3, h: 2 })),
  ...[0, 6].flatMap((x) => [2, 7].map((y) => ({ x, y, w: 6, h: 5 }))),
];

export function WaitingGrid() {
  return (
    <div className={classes.grid} aria-busy>
      {WAITING.map((place) => (
        <div key={`${place.x} ${place.y}`} className={classes.cell} style={styleOf(place)}>
          <Skeleton h="100%" />
        </div>
      ))}
    </div>
  );
}
