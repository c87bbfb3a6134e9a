import type { ECharts } from "echarts/core";
import { type RefObject, useEffect, useRef, useState } from "react";

/** How far below the fold a chart is drawn before anybody scrolls there. */
const AHEAD = "600px";

/** A chart in the element, made when that comes near the screen, and as large as it is. */
export function useChart(place: RefObject<HTMLElement | null>, theme: string, language: string) {
  const latest = useRef(theme);
  latest.current = theme;
  const [chart, setChart] = useState<ECharts | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const node = place.current;
    if (!node) return;
    let made: ECharts | undefined;
    let gone = false;
    const size = new ResizeObserver(() => made?.resize());
    const near = new IntersectionObserver(
      async (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        try {
          const { init } = await import("./echarts");
          if (gone) return;
          // It names months in the language that it is made with.
          made = init(node, latest.current, { locale: language.toUpperCase() });
          size.observe(node);
          setChart(made);
        } catch {
          setFailed(true);
        }
      },
      { rootMargin: AHEAD },
    );
    near.observe(node);
    return () => {
      gone = true;
      near.disconnect();
      size.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, [place, language]);

  // Without effect on a chart that has just been made: it has its theme, and nothing to draw yet.
  useEffect(() => chart?.setTheme(theme), [chart, theme]);
  return { chart, failed };
}
