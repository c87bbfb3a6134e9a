import { Paper, Title } from "@mantine/core";
import { BlockView } from "./BlockView";
import type { Section } from "./document";
import { useReport } from "./ReportContext";
import classes from "./Sections.module.css";

/** The report, as it stands in the PDF. */
export function Sections({ sections }: { sections: Section[] }) {
  const { language } = useReport();
  return (
    <Paper component="article" lang={language} p={{ base: "md", sm: "xl" }} className={classes.report}>
      {sections.map((section) => (
        <section key={section.key} id={section.key} aria-labelledby={`title-${section.key}`}>
          <Title order={2} size="h3" id={`title-${section.key}`}>
            {section.title}
          </Title>
          {section.blocks.map((block, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a generated report never move
            <BlockView key={place} block={block} />
          ))}
        </section>
      ))}
    </Paper>
  );
}
