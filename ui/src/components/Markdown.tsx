import { Typography } from "@mantine/core";
import ReactMarkdown from "react-markdown";

/** Markdown without pictures: they would be fetched from elsewhere. Raw HTML is shown as text. */
export default function Markdown({ text }: { text: string }) {
  return (
    <Typography fz="sm">
      <ReactMarkdown disallowedElements={["img"]}>{text}</ReactMarkdown>
    </Typography>
  );
}
