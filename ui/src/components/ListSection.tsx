import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import { count } from "./format";
import { Pages } from "./Pages";
import { Problem } from "./Problem";
import type { ListState } from "./useList";

interface Props<T> {
  title: string;
  list: ListState;
  answer: UseQueryResult<{ count: number; results: T[] }>;
  empty: ReactNode;
  /** What narrows the list beside its search. */
  filters?: ReactNode;
  children: (rows: T[]) => ReactNode;
}

/** A list of the API with its search, its pages, and what it says while it loads, fails or is empty. */
export function ListSection<T>({ title, list, answer, empty, filters, children }: Props<T>) {
  const { data, error, refetch } = answer;
  const searching = list.search !== "";
  const pages = data ? Math.ceil(data.count / list.query.page_size) : 0;
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group justify="space-between" mih={36} wrap="nowrap">
        <Group gap={8} align="baseline" wrap="nowrap">
          <Title order={2} size="h4">
            {title}
          </Title>
          {data && data.count > 0 && (
            <Text c="dimmed" size="sm">
              {count(data.count)}
            </Text>
          )}
        </Group>
        {(searching || pages > 1 || (data && data.count > 3)) && <SearchBox title={title} list={list} />}
      </Group>
      {filters}
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Waiting />}
      {data?.count === 0 && (searching ? <NothingFound /> : empty)}
      {data && data.count > 0 && children(data.results)}
      {pages > 1 && <Pages title={title} total={pages} page={list.page} onChange={list.setPage} />}
    </Stack>
  );
}

function SearchBox({ title, list }: { title: string; list: ListState }) {
  return (
    <TextInput
      size="xs"
      w={200}
      miw={100}
      type="search"
      placeholder={t`Search`}
      aria-label={t`Search ${title}`}
      leftSection={<Search size={14} />}
      value={list.search}
      onChange={(event) => list.setSearch(event.currentTarget.value)}
    />
  );
}

function NothingFound() {
  return (
    <Text c="dimmed" size="sm" py="md">
      <Trans>Nothing fits this search.</Trans>
    </Text>
  );
}

function Waiting() {
  return (
    <Stack gap="xs" aria-busy>
      <Skeleton h={64} />
      <Skeleton h={64} />
    </Stack>
  );
}
