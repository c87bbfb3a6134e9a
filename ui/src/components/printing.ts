import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

const SCHEME = "data-mantine-color-scheme";

const listeners = new Set<() => void>();
let printing = false;
let scheme: string | null = null;

/** The browser looks at the page once this has returned, so everything that is drawn for paper is drawn in here. */
function begin() {
  const { documentElement: root } = document;
  scheme = root.getAttribute(SCHEME);
  root.setAttribute(SCHEME, "light");
  root.setAttribute("data-printing", "");
  tell(true);
}

function end() {
  const { documentElement: root } = document;
  if (scheme) root.setAttribute(SCHEME, scheme);
  root.removeAttribute("data-printing");
  tell(false);
}

function tell(now: boolean) {
  printing = now;
  flushSync(() => {
    for (const listener of listeners) listener();
  });
}

window.addEventListener("beforeprint", begin);
window.addEventListener("afterprint", end);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page is being put on paper. */
export const usePrinting = () => useSyncExternalStore(subscribe, () => printing);
