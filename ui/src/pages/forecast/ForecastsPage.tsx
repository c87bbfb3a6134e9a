import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TrendingUp } from "lucide-react";
import type { ReactNode } from "react";
import { forecastsQuery } from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { Forecast } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { useList } from "../../components/useList";
import { schedules } from "./choices";
import { NewForecast } from "./NewForecast";
import { inWords } from "./words";

const PAGE_SIZE = 12;

export default function ForecastsPage() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <>
      <Heading
        title={t`Forecasts`}
        note={t`What a measure will be, with the bands that past forecasts have earned it.`}
      >
        <NewForecast />
      </Heading>
      <ListSection
        title={t`All forecasts`}
        list={list}
        answer={useQuery(forecastsQuery(list.query))}
        empty={
          <Empty icon={<TrendingUp />} title={t`No forecasts yet`}>
            {may("forecasts:create")
              ? t`“New forecast” takes a measure and a time column. Several methods compete on the past; the best one forecasts.`
              : t`They appear here once somebody who may make forecasts has made one.`}
          </Empty>
        }
      >
        {(rows) => (
          <Stack gap="xs">
            {rows.map((row) => (
              <Row
                key={row.id}
                href={`/forecasts/${row.id}`}
                title={row.name}
                note={inWords(row)}
                aside={<Plan forecast={row} />}
              />
            ))}
          </Stack>
        )}
      </ListSection>
    </>
  );
}

function Plan({ forecast: { schedule, is_active } }: { forecast: Forecast }) {
  if (!is_active)
    return (
      <Mark>
        <Trans>paused</Trans>
      </Mark>
    );
  return schedule === "none" ? null : (
    <Mark>{schedules().find(({ value }) => value === schedule)?.label}</Mark>
  );
}

const Mark = ({ children }: { children: ReactNode }) => (
  <Badge variant="default" tt="none" fw={500} flex="none">
    {children}
  </Badge>
);
