import { t } from "@lingui/core/macro";
import { useEffect, useRef, useState } from "react";
import { getState } from "../../api/session";
import classes from "./SignInAgain.module.css";
import { SignInPage } from "./SignInPage";

// Before any dialog listens: Escape is not meant for those that wait below.
window.addEventListener("keydown", holdEscape, { capture: true });

function holdEscape(event: KeyboardEvent) {
  const state = getState();
  if (event.key !== "Escape" || state.kind !== "in" || !state.ranOut) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Over the page of a session that has run out: what is typed there, dialogs too, waits below. */
export function SignInAgain({ onDone }: { onDone: () => void }) {
  const place = useRef<HTMLDialogElement>(null);
  const [title] = useState(document.title);
  const done = useRef(onDone);
  done.current = onDone;

  useEffect(() => {
    const before = document.activeElement;
    // A native one lies above every other dialog, and nothing below it can be reached.
    place.current?.showModal();
    return () => {
      document.title = title;
      if (before instanceof HTMLElement) before.focus();
      done.current();
    };
  }, [title]);

  return (
    <dialog ref={place} className={classes.over} aria-label={t`Sign in again`}>
      <SignInPage ranOut />
    </dialog>
  );
}
