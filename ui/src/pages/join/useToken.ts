import { useSyncExternalStore } from "react";

function subscribe(listener: () => void) {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

/** The token of a link from a mail. It is in the part of the address that browsers send to no server. */
export function useToken(): string {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return new URLSearchParams(hash.slice(1)).get("token") ?? "";
}
