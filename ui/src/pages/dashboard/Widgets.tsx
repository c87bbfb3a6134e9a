import { t } from "@lingui/core/macro";
import { Box, Text } from "@mantine/core";
import { useCallback, useState } from "react";
import { useMay } from "../../api/session";
import type { DashboardDetail, Refreshed, Widget } from "../../api/types";
import type { Picked } from "../../charts/usePick";
import { Problem } from "../../components/Problem";
import { DataModal, rowsOf } from "./filters/DataModal";
import { type Step, waysInto } from "./filters/deeper";
import { FilterBar } from "./filters/FilterBar";
import { PickMenu, type Pointed } from "./filters/PickMenu";
import { daysInWords } from "./filters/periods";
import { type Part, picked } from "./filters/pick";
import { type Going, type Trail, useDeeper } from "./filters/useDeeper";
import { useFiltered } from "./filters/useFiltered";
import { inWords, isAll, narrowed, type View } from "./filters/view";
import { Grid } from "./Grid";
import { WidgetCard } from "./WidgetCard";

interface Props {
  dashboard: DashboardDetail;
  view: View;
  onView: (view: View) => void;
  /** Where somebody has gone in each widget. */
  going: Going;
  outcome: Refreshed | undefined;
  isWaiting: (widget_id: number) => boolean;
}

/** The widgets as the view has them, and what a click on their marks leads to. */
export function Widgets({ dashboard, view, onView, going, outcome, isWaiting }: Props) {
  const may = useMay();
  const { widgets, refreshed_at } = dashboard;
  const asked = may("analysis:run") ? widgets : NONE;
  const filtered = useFiltered(asked, view, refreshed_at);
  const [pointed, setPointed] = useState<(Pointed & { widget: Widget }) | null>(null);
  const [opened, setOpened] = useState<{ widget: Widget; parts: Part[] | null } | null>(null);

  const onFilter = (widget: Widget) => (parts: Part[]) => {
    setOpened(null);
    onView(narrowed(view, parts, filtered.timeOf(widget)));
  };
  const deeper = useDeeper(asked, going, {
    view,
    fieldsOf: filtered.fieldsOf,
    isReady: isAll(view) || !filtered.isPending,
    refreshed: refreshed_at,
  });
  const shownOf = (widget: Widget) => deeper.shown(widget.id) ?? filtered.shown(widget);
  const onEnter = (widget: Widget) => (step: Step) => {
    setOpened(null);
    deeper.enter(widget.id, step);
  };
  const waysOf = (widget: Widget, parts: Part[]) => waysInto(widget, parts, filtered.fieldsOf(widget));
  const point = useCallback((widget: Widget, pick: Picked) => {
    const parts = picked(widget, pick);
    if (parts.length > 0) setPointed({ widget, parts, at: pick.at });
  }, []);

  return (
    <>
      {may("analysis:run") && (
        <FilterBar
          isPending={filtered.isPending}
          view={view}
          fields={filtered.fields}
          newest={filtered.newest}
          onChange={onView}
        />
      )}
      <PrintedView view={view} />
      {filtered.error && (
        <Box mb="md">
          <Problem
            error={filtered.error}
            title={t`The filters could not be applied; the widgets show everything`}
          />
        </Box>
      )}
      <Grid widgets={widgets}>
        {(widget) => (
          <Card
            widget={shownOf(widget)}
            outcome={isAll(view) ? outcome?.widgets.find((row) => row.id === widget.id) : undefined}
            isWaiting={isWaiting(widget.id) || filtered.isWaiting(widget) || deeper.isWaiting(widget.id)}
            trail={deeper.trailOf(widget.id)}
            note={filtered.noteOf(widget)}
            isUntouched={may("analysis:run") && filtered.isUntouched(widget)}
            onPoint={may("analysis:run") ? point : undefined}
            onOpen={setOpened}
          />
        )}
      </Grid>
      {pointed && (
        <PickMenu
          pointed={pointed}
          onFilter={onFilter(pointed.widget)}
          ways={waysOf(pointed.widget, pointed.parts)}
          onEnter={onEnter(pointed.widget)}
          onRows={
            rowsOf(pointed.widget, []) ? (parts) => setOpened({ widget: pointed.widget, parts }) : undefined
          }
          onClose={() => setPointed(null)}
        />
      )}
      {opened && (
        <DataModal
          widget={opened.widget}
          parts={opened.parts}
          onFilter={onFilter(opened.widget)}
          onRows={(parts) => setOpened({ ...opened, parts })}
          waysOf={(parts) => waysOf(opened.widget, parts)}
          onEnter={onEnter(opened.widget)}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

const NONE: Widget[] = [];

/** What the widgets are limited to, on paper, where no field says it. */
function PrintedView({ view: { period, filters } }: { view: View }) {
  const said = [...(period ? [daysInWords(period)] : []), ...filters.map(inWords)];
  if (said.length === 0) return null;
  return (
    <Text size="sm" mb="md" className="paper-only">
      {said.join(" · ")}
    </Text>
  );
}

interface CardProps {
  widget: Widget;
  outcome: Refreshed["widgets"][number] | undefined;
  isWaiting: boolean;
  isUntouched: boolean;
  note: string | undefined;
  trail: Trail | undefined;
  onPoint: ((widget: Widget, pick: Picked) => void) | undefined;
  onOpen: (opened: { widget: Widget; parts: Part[] | null }) => void;
}

function Card({ widget, onPoint, onOpen, ...shown }: CardProps) {
  const pick = useCallback((one: Picked) => onPoint?.(widget, one), [onPoint, widget]);
  return (
    <WidgetCard
      widget={widget}
      {...shown}
      onPick={onPoint ? pick : undefined}
      onData={() => onOpen({ widget, parts: null })}
    />
  );
}
