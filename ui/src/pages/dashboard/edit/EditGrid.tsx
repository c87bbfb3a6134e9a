import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Text, VisuallyHidden } from "@mantine/core";
import { type CSSProperties, useRef, useState } from "react";
import { styleOf } from "../Grid";
import view from "../Grid.module.css";
import { freePlace, type Place, settle } from "../layout";
import { type DraftWidget, newKey } from "./draft";
import { EditCard, nameOf } from "./EditCard";
import classes from "./EditGrid.module.css";
import { useDrag } from "./useDrag";

interface Props {
  widgets: DraftWidget[];
  onChange: (widgets: DraftWidget[]) => void;
  onEdit: (widget: DraftWidget) => void;
}

/** The widgets as they can be moved and resized; what a move led to is said aloud. */
export function EditGrid({ widgets, onChange, onEdit }: Props) {
  const grid = useRef<HTMLDivElement>(null);
  const [news, setNews] = useState("");
  const { drag, shown, change, grip } = useDrag(grid, widgets, (next, key) => {
    onChange(next);
    const moved = next.find((one) => one.key === key);
    if (moved) setNews(`${nameOf(moved)}: ${inWords(moved.position)}`);
  });
  return (
    <>
      <Text size="xs" c="dimmed" visibleFrom="md" mb="xs" id="grid-help">
        <Trans>Drag a widget by its handle, or press arrow keys on it; with Shift they resize.</Trans>
      </Text>
      <VisuallyHidden role="status" aria-label={t`Place on the grid`}>
        {news}
      </VisuallyHidden>
      <Text size="xs" c="dimmed" hiddenFrom="md" mb="xs">
        <Trans>
          On a small screen widgets stand one below the other. Their menu moves and resizes them; a wider
          screen shows the grid.
        </Trans>
      </Text>
      <div className={`${view.grid} ${classes.grid}`} ref={grid}>
        {drag && (
          <div
            className={`${view.cell} ${classes.aim}`}
            style={styleOf(aimOf(shown, drag.key))}
            aria-hidden
          />
        )}
        {inReadingOrder(widgets, shown).map((widget) => (
          <div
            key={widget.key}
            className={`${view.cell} ${classes.cell} ${drag?.key === widget.key ? classes.dragged : ""}`}
            style={drag?.key === widget.key ? followed(drag) : styleOf(widget.position)}
            data-type={widget.type}
          >
            <EditCard
              widget={widget}
              grip={grip}
              change={change}
              onEdit={() => onEdit(widget)}
              onCopy={() => onChange([...widgets, copied(widget, widgets)])}
              onRemove={() => onChange(settle(widgets.filter((one) => one.key !== widget.key)))}
            />
          </div>
        ))}
      </div>
    </>
  );
}

type Drag = NonNullable<ReturnType<typeof useDrag>["drag"]>;

/** Where the pointer has it: it moves away from its old place, or grows there. */
function followed({ kind, from, dx, dy }: Drag): CSSProperties {
  const style = styleOf(from.place);
  if (kind === "move") return { ...style, transform: `translate(${dx}px, ${dy}px)` };
  return { ...style, marginRight: -dx, marginBottom: -dy };
}

const aimOf = (shown: DraftWidget[], key: string): Place =>
  shown.find((one) => one.key === key)?.position ?? { x: 0, y: 0, w: 1, h: 1 };

const copied = (widget: DraftWidget, all: DraftWidget[]): DraftWidget => ({
  ...widget,
  id: null,
  key: newKey(),
  position: freePlace(all, widget.position),
});

/** Where each is shown, in the order of where they were: a node that moves would lose the pointer that has it. */
function inReadingOrder(before: DraftWidget[], shown: DraftWidget[]): DraftWidget[] {
  const order = [...before].sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
  return order.flatMap(({ key }) => shown.find((one) => one.key === key) ?? []);
}

function inWords({ x, y, w, h }: Place): string {
  const [column, row] = [x + 1, y + 1];
  return plural(h, {
    one: `column ${column}, row ${row}, ${w} of 12 columns wide, # row high`,
    other: `column ${column}, row ${row}, ${w} of 12 columns wide, # rows high`,
  });
}
