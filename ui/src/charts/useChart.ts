import type { ECharts } from "echarts/core";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How far below the fold a chart is drawn before anybody scrolls there. */
const AHEAD = "600px";

let loaded: typeof import("./echarts") | undefined;

/** What draws the charts, fetched when it is first needed. */
export async function loadCharts() {
  loaded = await import("./echarts");
  return loaded;
}

let turn = Promise.resolve();

/** Charts are drawn one after the other, so that the page answers in between. */
function inTurn(make: () => void): Promise<void> {
  const mine = turn.then(make);
  turn = mine.catch(() => {}).then(afterFrame);
  return mine;
}

const afterFrame = () => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)));

/**
 * A chart in the element, made when that comes near the screen, and as large as it is. For paper it is made at
 * once, wherever it is.
 */
export function useChart(
  place: RefObject<HTMLElement | null>,
  theme: string,
  language: string,
  isPrinting: boolean,
) {
  const latest = useRef(theme);
  latest.current = theme;
  const [chart, setChart] = useState<ECharts | null>(null);
  const [failed, setFailed] = useState(false);
  const make = useRef<() => void>(null);

  useEffect(() => {
    const node = place.current;
    if (!node) return;
    let made: ECharts | undefined;
    let gone = false;
    const size = new ResizeObserver(() => made?.resize());
    make.current = () => {
      if (gone || made || !loaded) return;
      // It names months in the language that it is made with.
      made = loaded.init(node, latest.current, { locale: language.toUpperCase() });
      size.observe(node);
      setChart(made);
    };
    const near = new IntersectionObserver(
      async (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        try {
          await loadCharts();
          await inTurn(() => make.current?.());
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
  useLayoutEffect(() => chart?.setTheme(theme), [chart, theme]);

  useLayoutEffect(() => {
    if (isPrinting) make.current?.();
  }, [isPrinting]);
  return { chart, failed };
}
