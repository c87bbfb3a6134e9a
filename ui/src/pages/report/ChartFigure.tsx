import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ScrollArea, Text } from "@mantine/core";
import { Chart } from "../../charts/Chart";
import { DataTable } from "../../components/DataTable";
import classes from "./ChartFigure.module.css";
import type { ChartBlock } from "./document";

/** A chart with its data for those who can't see it or want to know exactly. */
export function ChartFigure({ block }: { block: ChartBlock }) {
  return (
    <figure className={classes.figure}>
      <Text component="figcaption" size="sm" fw={600} mb={4}>
        {block.title}
      </Text>
      <Chart option={block.option} height={300} />
      <details>
        <summary>
          <Trans>The data behind this chart</Trans>
        </summary>
        <ScrollArea.Autosize
          mah={320}
          mt="xs"
          viewportProps={{ tabIndex: 0, role: "group", "aria-label": t`${block.title}: data` }}
        >
          <DataTable
            columns={block.columns}
            numeric={block.columns.map((_, index) => index > 0)}
            rows={block.rows}
          />
        </ScrollArea.Autosize>
        <Text size="xs" c="dimmed" mt="xs">
          <Trans>From query {block.evidence_id} of the appendix</Trans>
        </Text>
      </details>
    </figure>
  );
}
