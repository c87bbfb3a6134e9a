import { t } from "@lingui/core/macro";
import { useEffect } from "react";

export const leavingQuestion = () => t`Leave without saving what you changed?`;

/** Asks before a link, or the browser, leaves work behind that is not saved. */
export function useLeaving(unsaved: boolean) {
  useEffect(() => {
    if (!unsaved) return;
    const unload = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      const elsewhere = link && !link.getAttribute("href")?.startsWith("#") && !link.hasAttribute("target");
      if (!elsewhere || window.confirm(leavingQuestion())) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("beforeunload", unload);
    document.addEventListener("click", click, true);
    return () => {
      window.removeEventListener("beforeunload", unload);
      document.removeEventListener("click", click, true);
    };
  }, [unsaved]);
}
