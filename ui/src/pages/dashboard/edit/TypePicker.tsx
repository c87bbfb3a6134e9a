import { t } from "@lingui/core/macro";
import { Radio, SimpleGrid, Text } from "@mantine/core";
import {
  ChartArea,
  ChartColumn,
  ChartLine,
  ChartPie,
  ChartScatter,
  Funnel,
  Gauge,
  Grid3x3,
  Hash,
  type LucideIcon,
  Table2,
  Type,
} from "lucide-react";
import type { ChartType } from "../../../api/types";

import classes from "./TypePicker.module.css";
import { nameOfType } from "./types";

const ICONS: Record<ChartType, LucideIcon> = {
  metric: Hash,
  bar: ChartColumn,
  line: ChartLine,
  area: ChartArea,
  pie: ChartPie,
  table: Table2,
  scatter: ChartScatter,
  heatmap: Grid3x3,
  funnel: Funnel,
  gauge: Gauge,
  text: Type,
};
const TYPES = Object.keys(ICONS) as ChartType[];

export function TypePicker({ value, onChange }: { value: ChartType; onChange: (type: ChartType) => void }) {
  return (
    <Radio.Group label={t`Type`} value={value} onChange={(type) => onChange(type as ChartType)}>
      <SimpleGrid cols={{ base: 4, xs: 6 }} spacing={6} mt={4}>
        {TYPES.map((type) => {
          const Icon = ICONS[type];
          return (
            <Radio.Card key={type} value={type} className={classes.card} aria-label={nameOfType(type)}>
              <Icon size={18} aria-hidden />
              <Text size="xs">{nameOfType(type)}</Text>
            </Radio.Card>
          );
        })}
      </SimpleGrid>
    </Radio.Group>
  );
}
