import { Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { FigureProof } from "./FigureProof";
import classes from "./FigureText.module.css";
import { useReport } from "./ReportContext";

/** A number as the reader sees it, which shows its evidence when asked. */
export function FigureText({ id }: { id: string }) {
  const [opened, { toggle, close }] = useDisclosure();
  const figure = useReport().figures[id];
  if (!figure) return null;
  return (
    <Popover opened={opened} onChange={close} onDismiss={close} width={420} shadow="md" trapFocus>
      <Popover.Target>
        <button type="button" className={classes.figure} onClick={toggle}>
          {figure.text}
        </button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)">
        {opened && <FigureProof figure={figure} />}
      </Popover.Dropdown>
    </Popover>
  );
}
