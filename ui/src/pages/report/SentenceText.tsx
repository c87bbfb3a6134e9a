import type { Sentence } from "./document";
import { FigureText } from "./FigureText";

interface Props {
  sentence: Sentence;
  after?: string;
}

/** Words and figures. A digit is only ever printed as part of a figure. */
export function SentenceText({ sentence, after = "" }: Props) {
  return (
    <>
      {sentence.map((span, place) => {
        const shown = "figure" in span ? <FigureText id={span.figure} /> : span.text;
        // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a generated sentence never move
        return <span key={place}>{span.strong ? <strong>{shown}</strong> : shown}</span>;
      })}
      {after}
    </>
  );
}
