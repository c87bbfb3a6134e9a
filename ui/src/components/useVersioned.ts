import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged } from "../api/client";
import { isConflict } from "../api/errors";

interface Options<T, Body> {
  /** What was read; null: it is not there yet. */
  first: Tagged<T> | null;
  read: () => Promise<Tagged<T>>;
  /** Makes or changes it; with a tag only the version that has it. */
  write: (body: Body, etag: string | null) => Promise<Tagged<T>>;
  onSaved?: (saved: T) => unknown;
}

/** Saves over the version that was read; where somebody was quicker, `theirs` is what they saved. */
export function useVersioned<T, Body>({ first, read, write, onSaved }: Options<T, Body>) {
  const [base, setBase] = useState(first);
  const [theirs, setTheirs] = useState<Tagged<T> | null>(null);
  const saving = useMutation({
    mutationFn: ({ body, etag }: { body: Body; etag: string | null }) => write(body, etag),
    onSuccess: async (saved) => {
      setBase(saved);
      setTheirs(null);
      await onSaved?.(saved.value);
    },
    onError: (error, { body }) => {
      if (isConflict(error))
        read().then(
          (found) => meet(found, body),
          () => undefined,
        );
    },
  });
  function meet(found: Tagged<T>, body: Body) {
    // Where something else of the object changed, what is edited here is as it was read.
    if (isSame(found.value, base?.value)) saving.mutate({ body, etag: found.etag });
    else setTheirs(found);
  }
  return {
    base: base?.value ?? null,
    theirs: theirs?.value ?? null,
    error: theirs && isConflict(saving.error) ? null : saving.error,
    isPending: saving.isPending,
    isSuccess: saving.isSuccess,
    reset: saving.reset,
    save: (body: Body) => saving.mutate({ body, etag: base?.etag ?? null }),
    saveOver: (body: Body) => saving.mutate({ body, etag: theirs?.etag ?? null }),
    /** What they saved is what is edited from now on. */
    takeTheirs() {
      setBase(theirs);
      setTheirs(null);
      saving.reset();
    },
  };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
