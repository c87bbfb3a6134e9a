import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sourceQuery } from "../../api/queries";
import type { Source } from "../../api/types";

const POLL_MS = 700;

/** Waits until the server has read the tables of a database, after a call that made it begin. */
export function useReading() {
  const client = useQueryClient();

  async function read(begin: () => Promise<Source>) {
    const begun = await begin();
    client.invalidateQueries({ queryKey: ["source-syncs", begun.id] });
    for (;;) {
      const now = await client.fetchQuery({ ...sourceQuery(begun.id), staleTime: 0 });
      if (now.error_message || now.last_synced_at !== begun.last_synced_at) return begun.id;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  return useMutation({
    mutationFn: read,
    onSuccess: (id) =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["preview", id] }),
        client.invalidateQueries({ queryKey: ["sources"] }),
      ]),
  });
}
