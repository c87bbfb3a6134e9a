import { Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { KeyboardEvent } from "react";
import { FigureProof } from "./FigureProof";
import classes from "./FigureText.module.css";
import { useReport } from "./ReportContext";

/** A number as the reader sees it, which shows its evidence when asked. */
export function FigureText({ id }: { id: string }) {
  const [opened, { toggle, close }] = useDisclosure();
  const figure = useReport().figures[id];
  if (!figure) return null;
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle();
  };
  return (
    <Popover opened={opened} onChange={close} onDismiss={close} width={420} shadow="md" trapFocus>
      <Popover.Target>
        {/* biome-ignore lint/a11y/useSemanticElements: a button can't break over lines as text does */}
        <span role="button" tabIndex={0} className={classes.figure} onClick={toggle} onKeyDown={press}>
          {figure.text}
        </span>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        {opened && <FigureProof figure={figure} />}
      </Popover.Dropdown>
    </Popover>
  );
}
