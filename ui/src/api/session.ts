import { useSyncExternalStore } from "react";
import { errorOf, offline } from "./errors";
import type { SignedIn, Status } from "./types";

/**
 * Who is signed in. The session itself is a cookie that no script can read; here is only what the server says
 * about it, and the token that must go with every call that changes something.
 */
export type Session = Status;

export type SessionState =
  | { kind: "unknown" }
  /** `ranOut`: the server knows it no more, and what is on the page waits until somebody signs in again. */
  | { kind: "in"; session: Session; ranOut: boolean }
  | { kind: "out" }
  | { kind: "failed"; error: unknown };

const STATUS = "/api/v1/auth/status";
/** A page that is looked at again asks anew who it is for, if it did not within this time. */
const STALE_MS = 60_000;

const listeners = new Set<() => void>();
/** To the other tabs of this browser, which share the cookie. */
const others = new BroadcastChannel("claribi.session");
let state: SessionState = { kind: "unknown" };
let loading: Promise<void> | null = null;
let loadedAt = 0;

others.onmessage = ({ data }) => {
  if (data === "begun") load();
  else if (data === "ranOut") runOut();
  else set({ kind: "out" });
};

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && state.kind === "in" && Date.now() - loadedAt > STALE_MS) load();
});

function set(to: SessionState) {
  state = to;
  for (const listener of listeners) listener();
}

export const getState = () => state;
export const getSession = () => (state.kind === "in" ? state.session : null);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSessionState = () => useSyncExternalStore(subscribe, getState);
export const useSession = () => useSyncExternalStore(subscribe, getSession);

/** The session of a page that is only there for who is signed in. */
export function useSignedIn(): Session {
  const session = useSession();
  if (!session) throw new Error("Nobody is signed in");
  return session;
}

/** Whether the role of whoever is signed in has a permission. */
export function useMay(): (permission: string) => boolean {
  const session = useSession();
  return (permission) => session?.permissions.includes(permission) ?? false;
}

/** Ask the server who is signed in; calls at the same time ask once. */
export function load(): Promise<void> {
  loading ??= ask().finally(() => {
    loading = null;
  });
  return loading;
}

async function ask() {
  const known = state.kind === "in";
  try {
    const response = await reach(STATUS);
    const body = await response.json().catch(() => null);
    if (response.ok) {
      loadedAt = Date.now();
      set({ kind: "in", session: body, ranOut: false });
    } else if (response.status === 401) {
      if (known) runOut();
      else set({ kind: "out" });
    } else {
      throw errorOf(response.status, body, response.headers);
    }
  } catch (error) {
    // What is known stays known while the server can't be reached.
    if (!known) set({ kind: "failed", error });
  }
}

/** Put what a sign-in answered into the cookie, and forget it. */
export async function begin({ access }: SignedIn): Promise<void> {
  const headers = { Authorization: `Bearer ${access}` };
  const response = await reach("/api/v1/auth/browser", { method: "POST", headers });
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null), response.headers);
  await load();
  others.postMessage("begun");
}

/** The session was ended on purpose: here, and in the other tabs. */
export function end() {
  set({ kind: "out" });
  others.postMessage("ended");
}

/** What somebody was doing stays as it is. */
function runOut() {
  if (state.kind === "in") set({ ...state, ranOut: true });
}

/** What must go with a call that changes something. */
export function csrf(): Record<string, string> {
  const token = getSession()?.csrf_token;
  return token ? { "X-CSRF-Token": token } : {};
}

/** What an answer says of the session: it has ended, or lacks its second factor. */
export function heed(status: number, body: unknown) {
  if (status !== 401 || state.kind !== "in" || state.ranOut) return;
  const { code } = errorOf(status, body);
  if (code === "unauthorized" || code === "token_expired") {
    runOut();
    others.postMessage("ranOut");
  }
  if (code === "mfa_required") load();
}

export async function reach(request: Request | string, options?: RequestInit): Promise<Response> {
  try {
    return await fetch(request, options);
  } catch (error) {
    throw error instanceof DOMException && error.name === "AbortError" ? error : offline();
  }
}
