import { t } from "@lingui/core/macro";
import { Kbd, Loader, Modal, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import {
  Boxes,
  CornerDownLeft,
  Database,
  FileText,
  LayoutDashboard,
  type LucideIcon,
  Search,
  TrendingUp,
} from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { forecastsQuery } from "../../api/forecasts";
import { modelsQuery } from "../../api/models";
import { dashboardsQuery, reportsQuery, sourcesQuery } from "../../api/queries";
import { useMay } from "../../api/session";
import classes from "./Palette.module.css";
import { places as allPlaces } from "./places";

interface Hit {
  label: string;
  href: string;
  kind: string;
  icon: LucideIcon;
}

const MOST = 5;

/** Finds pages and everything that has a name, and goes there. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [, navigate] = useLocation();
  const list = useId();
  const { hits, isSearching } = useHits(text.trim());
  const chosen = Math.min(at, hits.length - 1);

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    navigate(hit.href);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length > 0) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % hits.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      go(hits[chosen]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      attributes={{ content: { "aria-label": t`Search and go anywhere` } }}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        placeholder={t`Go to a page, dashboard, report, forecast or source`}
        role="combobox"
        aria-label={t`Search and go anywhere`}
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
        leftSection={<Search size={17} />}
        rightSection={isSearching ? <Loader size={16} /> : <Kbd size="xs">Esc</Kbd>}
        rightSectionWidth={56}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
        className={classes.input}
      />
      <ScrollArea.Autosize mah="52vh" viewportProps={{ tabIndex: -1 }}>
        <div role="listbox" id={list} aria-label={t`Found`} className={classes.list}>
          {hits.map((hit, place) => (
            <UnstyledButton
              key={`${hit.kind} ${hit.href}`}
              id={`${list}-${place}`}
              role="option"
              aria-selected={place === chosen}
              tabIndex={-1}
              className={classes.hit}
              data-chosen={place === chosen}
              ref={place === chosen ? intoView : undefined}
              onMouseMove={() => setAt(place)}
              onClick={() => go(hit)}
            >
              <hit.icon size={16} aria-hidden className={classes.icon} />
              <Text size="sm" truncate flex={1}>
                {hit.label}
              </Text>
              <Text size="xs" className={classes.kind}>
                {hit.kind}
              </Text>
            </UnstyledButton>
          ))}
        </div>
        {hits.length === 0 && (
          <Text size="sm" c="dimmed" p="md" role="status">
            {isSearching ? t`Searching …` : t`Nothing has this name.`}
          </Text>
        )}
      </ScrollArea.Autosize>
    </Modal>
  );
}

const intoView = (node: HTMLElement | null) => node?.scrollIntoView({ block: "nearest" });

function useHits(text: string): { hits: Hit[]; isSearching: boolean } {
  const may = useMay();
  const [search] = useDebouncedValue(text, 200);
  const query = { page: 1, page_size: MOST, ...(search && { search }) };
  const dashboards = useQuery(dashboardsQuery(query));
  const reports = useQuery(reportsQuery(query));
  const sources = useQuery(sourcesQuery({ ...query, status: "all" }));
  const models = useQuery(modelsQuery(query));
  const forecasts = useQuery({ ...forecastsQuery(query), enabled: may("forecasts:read") });
  const pages = allPlaces().filter(
    ({ label, words = "", permission }) =>
      (!permission || may(permission)) && `${label} ${words}`.toLowerCase().includes(text.toLowerCase()),
  );
  const fits = ({ label }: Hit) => label.toLowerCase().includes(text.toLowerCase()) || text === search;
  const found = [
    ...(dashboards.data?.results ?? []).map(({ id, name }) =>
      hit(t`Dashboard`, `/dashboards/${id}`, name, LayoutDashboard),
    ),
    ...(reports.data?.results ?? []).map(({ id, title }) =>
      hit(t`Report`, `/reports/${id}`, title, FileText),
    ),
    ...(forecasts.data?.results ?? []).map(({ id, name }) =>
      hit(t`Forecast`, `/forecasts/${id}`, name, TrendingUp),
    ),
    ...(sources.data?.results ?? []).map(({ id, name }) =>
      hit(t`Data source`, `/sources/${id}`, name, Database),
    ),
    ...(models.data?.results ?? []).map(({ id, name }) => hit(t`Model`, `/models/${id}`, name, Boxes)),
  ].filter(fits);
  const places = pages.map(({ label, href }) => hit(t`Page`, href, label, CornerDownLeft));
  return {
    hits: text === "" ? [...places.slice(0, MOST), ...found] : [...found, ...places],
    isSearching:
      text !== search ||
      [dashboards, reports, sources, models, forecasts].some((answer) => answer.isFetching),
  };
}

const hit = (kind: string, href: string, label: string, icon: LucideIcon): Hit => ({
  kind,
  href,
  label,
  icon,
});
