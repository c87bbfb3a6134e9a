import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { CornerDownRight, Filter as FilterIcon, Rows3 } from "lucide-react";
import type { Dimension } from "../../../api/types";
import { words } from "../../../components/format";
import { nameOfWay, type Step } from "./deeper";
import type { Part } from "./pick";

export interface Pointed {
  parts: Part[];
  at: { x: number; y: number };
}

/** What can be done with the values that a mark or row stands for. */
export interface Acts {
  onFilter: (parts: Part[]) => void;
  onRows: ((parts: Part[]) => void) | undefined;
  /** What they can be split by, and what does it. */
  ways: Dimension[];
  onEnter: (step: Step) => void;
}

interface Props extends Acts {
  pointed: Pointed;
  onClose: () => void;
}

/** What can be done with a mark that was clicked. */
export function PickMenu({ pointed: { parts, at }, onClose, ...acts }: Props) {
  return (
    <Menu opened onChange={onClose} position="bottom-start" shadow="md" width={260} trapFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} aria-hidden />
      </Menu.Target>
      <Menu.Dropdown>
        <PickItems parts={parts} {...acts} />
      </Menu.Dropdown>
    </Menu>
  );
}

export function PickItems({ parts, onFilter, onRows, ways, onEnter }: Acts & { parts: Part[] }) {
  return (
    <>
      {parts.map((part) => (
        <Menu.Item key={part.label} leftSection={<FilterIcon size={14} />} onClick={() => onFilter([part])}>
          {onlyWords(part)}
        </Menu.Item>
      ))}
      {onRows && (
        <Menu.Item leftSection={<Rows3 size={14} />} onClick={() => onRows(parts)}>
          <Trans>Show the rows</Trans>
        </Menu.Item>
      )}
      {ways.length > 0 && (
        <Menu.Label>
          <Trans>Go deeper</Trans>
        </Menu.Label>
      )}
      {ways.map((into) => (
        <Menu.Item
          key={`${into.column} ${into.grain}`}
          leftSection={<CornerDownRight size={14} />}
          onClick={() => onEnter({ parts, into })}
        >
          {nameOfWay(into)}
        </Menu.Item>
      ))}
    </>
  );
}

function onlyWords({ label, text }: Part): string {
  const name = words(label);
  return t`Only ${name} ${text}`;
}
