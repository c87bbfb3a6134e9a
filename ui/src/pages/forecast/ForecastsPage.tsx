import { Badge, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TrendingUp } from "lucide-react";
import { forecastsQuery } from "../../api/forecasts";
import { useMay } from "../../api/session";
import type { Forecast } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Heading } from "../../components/Heading";
import { ListSection } from "../../components/ListSection";
import { Row } from "../../components/Row";
import { useList } from "../../components/useList";
import { NewForecast } from "./NewForecast";
import { asked, horizonOf } from "./words";

const PAGE_SIZE = 12;

export default function ForecastsPage() {
  const list = useList(PAGE_SIZE);
  const may = useMay();
  return (
    <>
      <Heading
        title="Forecasts"
        note="What a measure will be, with the bands that past forecasts have earned it."
      >
        <NewForecast />
      </Heading>
      <ListSection
        title="All forecasts"
        list={list}
        answer={useQuery(forecastsQuery(list.query))}
        empty={
          <Empty icon={<TrendingUp />} title="No forecasts yet">
            {may("forecasts:create")
              ? "“New forecast” takes a measure and a time column. Several methods compete on the past; the best one forecasts."
              : "They appear here once somebody who may make forecasts has made one."}
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
                note={`${asked(row)} · ${horizonOf(row)}`}
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
  if (!is_active) return <Mark>paused</Mark>;
  return schedule === "none" ? null : <Mark>{schedule}</Mark>;
}

const Mark = ({ children }: { children: string }) => (
  <Badge variant="default" tt="none" fw={500} flex="none">
    {children}
  </Badge>
);
