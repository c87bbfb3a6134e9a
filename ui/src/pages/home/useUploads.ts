import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { dashboardOf, sourceQuery } from "../../api/queries";
import { upload as send } from "../../api/upload";

/** `share` of the file that has arrived, 0 to 1. */
export interface Upload {
  id: number;
  file: File;
  stage: "uploading" | "preparing" | "dashboard" | "failed";
  share: number;
  error?: unknown;
  stop: () => void;
}

const POLL_MS = 700;
// The dashboard follows its source within seconds; without one the source's own page will do.
const DASHBOARD_TRIES = 20;

export const UploadsContext = createContext<ReturnType<typeof useUploading> | null>(null);

/** The uploads of the signed-in pages: they go on while their owner looks at another page. */
export function useUploads() {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error("Uploads are there only on signed-in pages");
  return uploads;
}

/** Files on their way to a dashboard, which is shown to whoever waited for it. */
export function useUploading() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [location, navigate] = useLocation();
  const here = useRef(location);
  here.current = location;
  const client = useQueryClient();
  const lastId = useRef(0);
  const controllers = useRef(new Set<AbortController>());
  useEffect(() => {
    const running = controllers.current;
    return () => {
      for (const controller of running) controller.abort();
    };
  }, []);

  const change = (id: number, to: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.id === id ? { ...one, ...to } : one)));
  const remove = (id: number) => setUploads((all) => all.filter((one) => one.id !== id));

  async function run(id: number, file: File, signal: AbortSignal) {
    const created = await send(file, (share) => change(id, { share }), signal);
    change(id, { stage: "preparing", share: 1 });
    await client.invalidateQueries({ queryKey: ["sources"] });
    await prepared(created.id, signal);
    await client.invalidateQueries({ queryKey: ["sources"] });
    change(id, { stage: "dashboard" });
    const dashboard = await madeDashboard(created.id, signal);
    await client.invalidateQueries({ queryKey: ["dashboards"] });
    remove(id);
    if (here.current === "/")
      navigate(dashboard === null ? `/sources/${created.id}` : `/dashboards/${dashboard}`);
  }

  async function prepared(source: number, signal: AbortSignal) {
    for (;;) {
      const { status, error_message } = await client.fetchQuery({ ...sourceQuery(source), staleTime: 0 });
      if (status === "error") throw new Error(error_message ?? t`The file could not be read.`);
      if (status === "active") return;
      await pause(signal);
    }
  }

  function add(files: File[]) {
    for (const file of files) {
      const id = ++lastId.current;
      const controller = new AbortController();
      controllers.current.add(controller);
      const stop = () => {
        controller.abort();
        remove(id);
      };
      setUploads((all) => [...all, { id, file, stage: "uploading", share: 0, stop }]);
      run(id, file, controller.signal)
        .catch((error) => !controller.signal.aborted && change(id, { stage: "failed", error }))
        .finally(() => controllers.current.delete(controller));
    }
  }

  return { uploads, add, remove };
}

async function madeDashboard(source: number, signal: AbortSignal): Promise<number | null> {
  for (let tries = 0; tries < DASHBOARD_TRIES; tries++) {
    const found = await dashboardOf(source);
    if (found !== null) return found;
    await pause(signal);
  }
  return null;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, POLL_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
