import { Trans } from "@lingui/react/macro";
import { Box, Skeleton, Text, useComputedColorScheme } from "@mantine/core";
import { useLayoutEffect, useRef } from "react";
import { usePrinting } from "../components/printing";
import { useLanguage } from "../i18n";
import { onDark } from "./onDark";
import { useChart } from "./useChart";
import { type Picked, usePick } from "./usePick";

export type Option = Record<string, unknown>;

interface Props {
  option: Option;
  height?: number | string;
  onPick?: (picked: Picked) => void;
}

/** Draws the server's very option; the page's theme gives only the colours around it. */
export function Chart({ option, height = "100%", onPick }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const ofPage = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const isPrinting = usePrinting();
  const scheme = isPrinting ? "light" : ofPage;
  const { chart, failed } = useChart(place, scheme, useLanguage(), isPrinting);

  useLayoutEffect(() => {
    const shown = scheme === "dark" ? onDark(option) : option;
    chart?.setOption({ animation: false, ...shown }, { notMerge: true });
  }, [chart, option, scheme]);

  useLayoutEffect(() => {
    if (!chart || !isPrinting) return;
    // As wide as the paper, and drawn before the browser looks.
    chart.resize();
    chart.getZr().flush();
  }, [chart, isPrinting]);

  usePick(chart, option, onPick);

  return (
    <Box pos="relative" h={height} w="100%">
      {!chart && !failed && <Skeleton pos="absolute" inset={0} />}
      {failed && (
        <Text c="dimmed" size="sm">
          <Trans>The chart could not be drawn. Load the page again.</Trans>
        </Text>
      )}
      <Box ref={place} w="100%" h="100%" data-chart={chart ? "drawn" : "waiting"} />
    </Box>
  );
}
