import { useSyncExternalStore } from "react";
import { errorOf, OFFLINE } from "./errors";
import type { SignedIn, User } from "./types";

/**
 * Who is signed in, for this browser tab: in memory, and in the tab's session storage so that a reload does
 * not ask again.
 */
export interface Session {
  access: string;
  refresh: string;
  user: User;
}

const KEY = "claribi.session";
const EARLY_SECONDS = 60;
const listeners = new Set<() => void>();
let current: Session | null = stored();
let ended = false;
let renewing: Promise<Session> | null = null;

function stored(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

function set(session: Session | null) {
  current = session;
  if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

export const getSession = () => current;

/** Whether the last session ran out, rather than being ended by its owner. */
export const hasRunOut = () => ended;

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = () => useSyncExternalStore(subscribe, getSession);

export function begin(answer: SignedIn) {
  ended = false;
  set(answer);
}

export function end({ ranOut = false } = {}) {
  ended = ranOut;
  set(null);
}

/** A session whose access token is good for a while yet; requests at the same time renew it only once. */
export async function fresh(session: Session, { force = false } = {}): Promise<Session> {
  if (!force && expiry(session.access) - Date.now() / 1000 > EARLY_SECONDS) return session;
  renewing ??= renew(session).finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renew(session: Session): Promise<Session> {
  const response = await fetch("/api/v1/auth/token/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh: session.refresh }),
  }).catch(() => {
    throw OFFLINE;
  });
  const body = await response.json().catch(() => null);
  if (response.ok) {
    const renewed = { ...session, access: body.access };
    set(renewed);
    return renewed;
  }
  if (response.status === 401) end({ ranOut: true });
  throw errorOf(response.status, body, response.headers);
}

/** Unix seconds; 0 for a token that can't be read. */
function expiry(token: string): number {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return Number(JSON.parse(atob(payload)).exp) || 0;
  } catch {
    return 0;
  }
}
