import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { NavLink, Text } from "@mantine/core";
import classes from "./Contents.module.css";
import type { Section } from "./document";
import { useReport } from "./ReportContext";

export function Contents({ sections }: { sections: Section[] }) {
  const { language } = useReport();
  return (
    <nav aria-label={t`Contents`} className={classes.contents}>
      <Text size="xs" fw={600} c="dimmed" px="sm" mb={4}>
        <Trans>Contents</Trans>
      </Text>
      {sections.map((section) => (
        <NavLink
          key={section.key}
          href={`#${section.key}`}
          lang={language}
          label={section.title}
          className={classes.link}
        />
      ))}
    </nav>
  );
}
