import { t } from "@lingui/core/macro";
import { Pagination } from "@mantine/core";

interface Props {
  /** Of the list whose pages they are. */
  title: string;
  total: number;
  page: number;
  onChange: (page: number) => void;
}

/** The pages of a list; those who cannot see the arrows are told what each does. */
export function Pages({ title, total, page, onChange }: Props) {
  return (
    <Pagination
      size="sm"
      total={total}
      value={page}
      onChange={onChange}
      getControlProps={(control) => ({ "aria-label": controlName(control, title) })}
    />
  );
}

function controlName(control: "first" | "previous" | "next" | "last", title: string): string {
  const names = {
    first: t`First page of ${title}`,
    previous: t`Previous page of ${title}`,
    next: t`Next page of ${title}`,
    last: t`Last page of ${title}`,
  };
  return names[control];
}
