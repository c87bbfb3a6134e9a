import { Trans } from "@lingui/react/macro";
import { Center, Text } from "@mantine/core";
import { lazy, memo, type ReactNode, Suspense } from "react";
import type { Widget } from "../../api/types";
import { Chart } from "../../charts/Chart";
import type { Picked } from "../../charts/usePick";
import { useLanguage } from "../../i18n";
import { type Drawn, isMetric, isTable, isText } from "./drawn";
import { MetricContent } from "./MetricContent";
import { TableContent } from "./TableContent";

const Markdown = lazy(() => import("../../components/Markdown"));

interface Props {
  widget: Pick<Widget, "chart" | "data" | "title">;
  onPick?: (picked: Picked) => void;
}

/** What the server says is drawn: a picture for ECharts, or one of its own kinds. */
export const WidgetContent = memo(function WidgetContent({ widget, onPick }: Props) {
  // Its words and numbers change with the language, though it is given the same.
  useLanguage();
  const drawn = widget.chart as Drawn | null;
  if (!drawn)
    return (
      <Quiet>
        <Trans>Not refreshed yet</Trans>
      </Quiet>
    );
  if (isText(drawn)) {
    return (
      <Suspense>
        <Markdown text={drawn.text.markdown} />
      </Suspense>
    );
  }
  if (widget.data?.rows.length === 0)
    return (
      <Quiet>
        <Trans>No data</Trans>
      </Quiet>
    );
  if (isMetric(drawn)) return <MetricContent metric={drawn.metric} />;
  if (isTable(drawn)) return <TableContent table={drawn.table} title={widget.title} />;
  return <Chart option={drawn} onPick={onPick} />;
});

function Quiet({ children }: { children: ReactNode }) {
  return (
    <Center h="100%">
      <Text c="dimmed" size="sm">
        {children}
      </Text>
    </Center>
  );
}
