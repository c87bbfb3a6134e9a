import { Code, Text } from "@mantine/core";

/** Words of the specification; `code` between backticks, paragraphs between blank lines. */
export function Prose({ text }: { text: string }) {
  return text.split(/\n{2,}/).map((paragraph) => (
    <Text key={paragraph} size="sm" lang="en">
      <Inline text={paragraph} />
    </Text>
  ));
}

export function Inline({ text }: { text: string }) {
  return text.split("`").map((part, place) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
    place % 2 === 1 ? <Code key={place}>{part}</Code> : part,
  );
}
