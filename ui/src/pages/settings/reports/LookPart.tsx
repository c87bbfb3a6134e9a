import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import {
  Button,
  ColorInput,
  Group,
  SegmentedControl,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Tagged } from "../../../api/client";
import { lookQuery, readLook, saveLook } from "../../../api/reports";
import { useMay } from "../../../api/session";
import type { ChangedReportSettings, ReportSettings } from "../../../api/types";
import { Conflicted } from "../../../components/Conflicted";
import { refusal } from "../../../components/form";
import { number } from "../../../components/format";
import { Problem } from "../../../components/Problem";
import { Saved } from "../../../components/Saved";
import { useLeaving } from "../../../components/useLeaving";
import { useVersioned } from "../../../components/useVersioned";
import { Part } from "../Part";
import { contrastWithWhite, isColor, LEAST_CONTRAST } from "./contrast";
import { LogoField } from "./LogoField";
import { Sample } from "./Sample";

const FIELDS = ["logo", "accent", "font", "language"];
/** The languages that reports speak, each in its own words. */
const LANGUAGES: Record<ReportSettings["language"], string> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  cs: "Čeština",
};
const SWATCHES = ["#1f4e8c", "#0b6e4f", "#7a1f5c", "#8a3b12", "#3d3d8f", "#333333"];

/** What reports look like that are generated from now on. */
export function LookPart() {
  const { data, error, refetch } = useQuery(lookQuery());
  const manages = useMay()("report_settings:manage");
  return (
    <Part
      title={t`Look`}
      note={
        manages
          ? t`It holds for all reports of the organisation that are generated from now on.`
          : t`So the organisation's reports look. Administrators can change it.`
      }
    >
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={220} aria-busy />}
      {data && (manages ? <LookForm look={data} /> : <Sample look={data.value} logo={pngOf(data.value)} />)}
    </Part>
  );
}

/** A logo as an address that the browser draws. */
const pngOf = ({ logo }: ReportSettings) => logo && `data:image/png;base64,${logo}`;

function LookForm({ look }: { look: Tagged<ReportSettings> }) {
  const client = useQueryClient();
  const version = useVersioned<ReportSettings, ChangedReportSettings>({
    first: look,
    read: readLook,
    write: saveLook,
    onSaved: (saved) => {
      fill(saved);
      return client.invalidateQueries({ queryKey: ["report-settings"] });
    },
  });
  const [filled, setFilled] = useState(look.value);
  // A data URL, of which the part after the comma is what the API takes.
  const [logo, setLogo] = useState(pngOf(look.value));
  const kept = version.base ?? look.value;
  const changed = JSON.stringify(filled) !== JSON.stringify(kept) || logo !== pngOf(kept);
  useLeaving(changed && !version.isPending);
  const change = (to: Partial<ReportSettings>) => setFilled({ ...filled, ...to });
  const pale = isColor(filled.accent) && contrastWithWhite(filled.accent) < LEAST_CONTRAST;
  const unfit = pale || !isColor(filled.accent);

  function fill(saved: ReportSettings) {
    setFilled(saved);
    setLogo(pngOf(saved));
  }

  const body = (): ChangedReportSettings => ({
    accent: filled.accent,
    font: filled.font,
    language: filled.language,
    ...(logo !== pngOf(kept) && { logo: logo ? (logo.split(",")[1] ?? "") : null }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!unfit && !version.isPending) version.save(body());
  }

  return (
    <form onSubmit={submit}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack>
          <LogoField logo={logo} onChange={setLogo} error={refusal(version.error, "logo")} />
          <ColorInput
            label={t`Accent colour`}
            description={t`Of titles and lines, on white paper`}
            format="hex"
            swatches={SWATCHES}
            withEyeDropper={false}
            value={filled.accent}
            onChange={(accent) => change({ accent })}
            error={accentProblem(filled.accent) ?? refusal(version.error, "accent")}
          />
          {!unfit && (
            <Text size="xs" c="dimmed" mt={-10}>
              <Trans>Contrast with white: {ratio(filled.accent)}</Trans>
            </Text>
          )}
          <Stack gap={4}>
            <Text size="sm" fw={500}>
              <Trans>Font</Trans>
            </Text>
            <SegmentedControl
              aria-label={t`Font`}
              value={filled.font}
              onChange={(font) => change({ font: font === "serif" ? "serif" : "sans" })}
              data={[
                { value: "sans", label: t`Sans serif` },
                { value: "serif", label: t`Serif` },
              ]}
            />
          </Stack>
          <Select
            label={t`Language of the reports`}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            value={filled.language}
            allowDeselect={false}
            onChange={(to) => to && change({ language: to as ReportSettings["language"] })}
            error={refusal(version.error, "language")}
          />
        </Stack>
        <Sample look={filled} logo={logo} />
      </SimpleGrid>
      <Stack mt="md" gap="sm">
        {version.error && <Problem error={version.error} fields={FIELDS} />}
        {version.theirs && (
          <Conflicted
            onMine={() => version.saveOver(body())}
            onTheirs={() => {
              if (version.theirs) fill(version.theirs);
              version.takeTheirs();
            }}
          >
            <Sample look={version.theirs} logo={pngOf(version.theirs)} />
          </Conflicted>
        )}
        <Group>
          <Button type="submit" loading={version.isPending} disabled={!changed || unfit}>
            <Trans>Save</Trans>
          </Button>
          <Saved when={version.isSuccess && !changed} />
        </Group>
      </Stack>
    </form>
  );
}

const DIGITS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const ratio = (color: string) => `${number(contrastWithWhite(color), DIGITS)} : 1`;

function accentProblem(color: string): string | undefined {
  if (!isColor(color)) return t`A colour such as #1f4e8c`;
  if (contrastWithWhite(color) >= LEAST_CONTRAST) return undefined;
  return t`Too pale for paper: its contrast is ${ratio(color)}, and ${number(LEAST_CONTRAST, DIGITS)} : 1 is needed. Take a darker one.`;
}
