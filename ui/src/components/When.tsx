import { ago, dateTime } from "./format";

/** A moment as people say it; the exact one on hovering. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at)}
    </time>
  );
}
