import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { Filter as FilterIcon, Rows3 } from "lucide-react";
import { words } from "../../../components/format";
import type { Part } from "./pick";

export interface Pointed {
  parts: Part[];
  at: { x: number; y: number };
}

interface Props {
  pointed: Pointed;
  onFilter: (parts: Part[]) => void;
  onRows: ((parts: Part[]) => void) | undefined;
  onClose: () => void;
}

/** What can be done with a mark that was clicked. */
export function PickMenu({ pointed: { parts, at }, onFilter, onRows, onClose }: Props) {
  return (
    <Menu opened onChange={onClose} position="bottom-start" shadow="md" width={260} trapFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} aria-hidden />
      </Menu.Target>
      <Menu.Dropdown>
        <PickItems parts={parts} onFilter={onFilter} onRows={onRows} />
      </Menu.Dropdown>
    </Menu>
  );
}

export function PickItems({
  parts,
  onFilter,
  onRows,
}: Pick<Props, "onFilter" | "onRows"> & { parts: Part[] }) {
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
    </>
  );
}

function onlyWords({ label, text }: Part): string {
  const name = words(label);
  return t`Only ${name} ${text}`;
}
