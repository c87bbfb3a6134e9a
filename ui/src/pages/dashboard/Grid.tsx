import { Skeleton } from "@mantine/core";
import type { CSSProperties } from "react";
import type { Refreshed, Widget } from "../../api/types";
import classes from "./Grid.module.css";
import { WidgetCard } from "./WidgetCard";

type Position = Widget["position"];

interface Props {
  widgets: Widget[];
  outcome: Refreshed | undefined;
}

/** The widgets on their 12 columns; one below the other where the screen is narrow. */
export function Grid({ widgets, outcome }: Props) {
  // The keyboard and narrow screens go through them as they are read: row by row.
  const ordered = [...widgets].sort((a, b) => {
    const [first, second] = [placeOf(a.position), placeOf(b.position)];
    return first.y - second.y || first.x - second.x;
  });
  return (
    <div className={classes.grid}>
      {ordered.map((widget) => (
        <div
          key={widget.id}
          className={classes.cell}
          style={styleOf(widget.position)}
          data-type={widget.type}
        >
          <WidgetCard widget={widget} outcome={outcome?.widgets.find((row) => row.id === widget.id)} />
        </div>
      ))}
    </div>
  );
}

const placeOf = ({ x = 0, y = 0, w = 6, h = 4 }: Position) => ({ x, y, w, h });

function styleOf(position: Position) {
  const { x, y, w, h } = placeOf(position);
  return {
    "--column": `${x + 1} / span ${w}`,
    "--row": `${y + 1} / span ${h}`,
    "--height": h,
  } as CSSProperties;
}

const WAITING: Position[] = [
  ...[0, 3, 6, 9].map((x) => ({ x, y: 0, w: 3, h: 2 })),
  ...[0, 6].flatMap((x) => [2, 7].map((y) => ({ x, y, w: 6, h: 5 }))),
];

export function WaitingGrid() {
  return (
    <div className={classes.grid} aria-busy>
      {WAITING.map((position) => (
        <div key={`${position.x} ${position.y}`} className={classes.cell} style={styleOf(position)}>
          <Skeleton h="100%" />
        </div>
      ))}
    </div>
  );
}
