import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { PenLine } from "lucide-react";
import { useState } from "react";
import type { Figures, ParagraphBlock, Sentence } from "./document";
import { EditSentence } from "./EditSentence";
import classes from "./ParagraphView.module.css";
import { useReport } from "./ReportContext";
import { SentenceText } from "./SentenceText";

/** Sentences. Those that people may rewrite are rewritten where they stand. */
export function ParagraphView({ block }: { block: ParagraphBlock }) {
  const { figures, mayEdit } = useReport();
  const [edited, setEdited] = useState<number | null>(null);
  const keyOf = (place: number) => (mayEdit ? (block.keys[place] ?? null) : null);
  const key = edited === null ? null : keyOf(edited);
  return (
    <>
      <p>
        {block.sentences.map((sentence, place) => (
          <OneSentence
            // biome-ignore lint/suspicious/noArrayIndexKey: the sentences of a generated report never move
            key={place}
            sentence={sentence}
            name={keyOf(place)}
            opened={edited === place}
            onEdit={() => setEdited(place)}
          />
        ))}
      </p>
      {edited !== null && key !== null && (
        <EditSentence
          name={key}
          generated={plain(block.sentences[edited] ?? [], figures)}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

interface Props {
  sentence: Sentence;
  /** Its key; null where it can't be rewritten. */
  name: string | null;
  opened: boolean;
  onEdit: () => void;
}

function OneSentence({ sentence, name, opened, onEdit }: Props) {
  const { figures, edits } = useReport();
  if (name === null) return <SentenceText sentence={sentence} after=" " />;
  const written = edits[name]?.text;
  const text = written ?? plain(sentence, figures);
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button behind it does the same by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <span
        className={classes.sentence}
        data-opened={opened || undefined}
        title={t`Click to rewrite this sentence`}
        onClick={(event) => {
          if (!(event.target as Element).closest("[role=button], [role=dialog]")) onEdit();
        }}
      >
        {written ? (
          <>
            <ins className={classes.written}>{written}</ins>{" "}
            <Text span size="xs" c="dimmed">
              <Trans>(edited; in the report from its next generation on)</Trans>
            </Text>
          </>
        ) : (
          <SentenceText sentence={sentence} />
        )}
      </span>
      <button
        type="button"
        className={classes.button}
        aria-label={t`Rewrite: ${text}`}
        aria-expanded={opened}
        onClick={onEdit}
      >
        <PenLine size={13} />
      </button>{" "}
    </>
  );
}

/** A sentence as its reader sees it. */
export const plain = (sentence: Sentence, figures: Figures) =>
  sentence.map((span) => ("figure" in span ? (figures[span.figure]?.text ?? "") : span.text)).join("");
