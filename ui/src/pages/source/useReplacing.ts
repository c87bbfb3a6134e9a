import { useEffect, useRef, useState } from "react";
import { replace } from "../../api/upload";
import { useLeaving } from "../../components/useLeaving";
import type { Upload } from "../home/useUploads";
import { useReading } from "./useReading";

/** A file on its way to the place of what a source has; what is there is served until the new one is whole. */
export function useReplacing(source_id: number) {
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState(0);
  const sending = useRef<AbortController>(null);
  const { mutate, reset, error, isPending, isSuccess } = useReading();
  useEffect(() => () => sending.current?.abort(), []);
  useLeaving(isPending && share < 1);

  function begin(chosen: File) {
    const controller = new AbortController();
    sending.current = controller;
    setFile(chosen);
    setShare(0);
    mutate(() => replace(source_id, chosen, setShare, controller.signal));
  }

  function forget() {
    sending.current?.abort();
    setFile(null);
    reset();
  }

  const stage = error ? "failed" : share < 1 ? "uploading" : "preparing";
  const upload: Upload | null =
    file && !isSuccess ? { id: 0, file, share, error, stage, stop: forget } : null;
  return { begin, forget, isPending, isDone: isSuccess, upload };
}
