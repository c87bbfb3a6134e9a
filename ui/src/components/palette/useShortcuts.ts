import { useEffect } from "react";
import { useLocation } from "wouter";
import { places } from "./places";

const PATIENCE_MS = 1200;

/** Keys that hold on every page; nobody who types, or has a dialog before them, sets one off. */
export function useShortcuts(open: (what: "palette" | "keys") => void) {
  const [, navigate] = useLocation();
  useEffect(() => {
    let going = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey) {
        event.preventDefault();
        open("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      if (event.key === "?") return open("keys");
      const place = places().find(({ key }) => key === event.key.toLowerCase());
      if (Date.now() < going && place) navigate(place.href);
      going = event.key.toLowerCase() === "g" ? Date.now() + PATIENCE_MS : 0;
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [open, navigate]);
}

const isBusy = (target: EventTarget | null) =>
  document.querySelector("[role=dialog]") !== null ||
  (target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=menu], [role=listbox]") !== null));
