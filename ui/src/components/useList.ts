import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

/** The page and search of a list. */
export function useList(page_size: number) {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), 250);
  // A new search begins on its first page, also while its letters are still being typed.
  const changeSearch = (value: string) => {
    setSearch(value);
    setPage(1);
  };
  return {
    query: { page, page_size, ...(settled && { search: settled }) },
    page,
    setPage,
    search,
    setSearch: changeSearch,
  };
}

export type ListState = ReturnType<typeof useList>;
