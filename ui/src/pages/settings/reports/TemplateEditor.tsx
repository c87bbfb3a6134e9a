import { t } from "@lingui/core/macro";
import {
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Tagged } from "../../../api/client";
import { readTemplate, saveTemplate } from "../../../api/reports";
import type { FindingKind, NewTemplate, ReportFormat, SectionKey, Template } from "../../../api/types";
import { EditorForm, EditorModal } from "../../../components/Editor";
import { refusal } from "../../../components/form";
import { useLeaving } from "../../../components/useLeaving";
import { useVersioned } from "../../../components/useVersioned";
import { formats, kindNames, optionsOf, sectionNames } from "../../report/names";
import { SectionPicker } from "./SectionPicker";

const FIELDS = ["name", "description", "sections", "kinds", "measures", "most_findings", "most_metrics"];
const MOST_FINDINGS = 10;
const MOST_METRICS = 6;

interface Props {
  /** Null: a new one. */
  id: string | null;
  onClose: () => void;
}

export function TemplateEditor({ id, onClose }: Props) {
  return (
    <EditorModal
      title={id === null ? t`New template` : t`Edit template`}
      queryKey={["report-template", id]}
      read={id === null ? null : () => readTemplate(id)}
      onClose={onClose}
    >
      {(first) => <TemplateForm id={id} first={first} onClose={onClose} />}
    </EditorModal>
  );
}

const blank = (): NewTemplate => ({
  name: "",
  sections: Object.keys(sectionNames()) as SectionKey[],
  output_format: "pdf",
  charts: true,
});

const draftOf = ({ id: _id, built_in: _own, ...template }: Template): NewTemplate => template;

function TemplateForm({ id, first, onClose }: Props & { first: Tagged<Template> | null }) {
  const client = useQueryClient();
  const start = first ? draftOf(first.value) : blank();
  const [draft, setDraft] = useState(start);
  const change = (to: Partial<NewTemplate>) => setDraft({ ...draft, ...to });
  const version = useVersioned<Template, NewTemplate>({
    first,
    read: () => readTemplate(id ?? ""),
    write: (body, etag) => saveTemplate(id, body, etag),
    onSaved: async () => {
      await client.invalidateQueries({ queryKey: ["report-templates"] });
      onClose();
    },
  });
  const sections = draft.sections ?? [];
  useLeaving(JSON.stringify(draft) !== JSON.stringify(start));

  return (
    <EditorForm
      version={version}
      body={() => draft}
      isReady={sections.length > 0}
      fields={FIELDS}
      label={id === null ? t`Create` : t`Save`}
      onClose={onClose}
      onTheirs={(theirs) => setDraft(draftOf(theirs))}
    >
      <TextInput
        label={t`Name`}
        maxLength={100}
        required
        withAsterisk={false}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={refusal(version.error, "name")}
        data-autofocus
      />
      <Textarea
        label={t`Description`}
        description={t`Optional: what it is for; whoever makes a report reads it`}
        maxLength={1000}
        autosize
        minRows={2}
        value={draft.description ?? ""}
        onChange={(event) => change({ description: event.currentTarget.value })}
        error={refusal(version.error, "description")}
      />
      <SectionPicker
        chosen={sections}
        onChange={(to) => change({ sections: to })}
        error={refusal(version.error, "sections")}
      />
      <MultiSelect
        label={t`Findings that come first`}
        description={t`In the order in which you choose them; all others follow by weight`}
        data={optionsOf(kindNames())}
        value={draft.kinds ?? []}
        onChange={(kinds) => change({ kinds: kinds as FindingKind[] })}
        clearable
        clearButtonProps={{ "aria-label": t`Clear the findings` }}
        error={refusal(version.error, "kinds")}
      />
      <TagsInput
        label={t`Measures that come first`}
        description={t`Words of their columns, such as revenue; enter adds one`}
        maxTags={50}
        acceptValueOnBlur
        value={draft.measures ?? []}
        onChange={(measures) => change({ measures })}
        error={refusal(version.error, "measures")}
      />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <NumberInput
          label={t`Findings at most`}
          min={1}
          max={MOST_FINDINGS}
          allowDecimal={false}
          clampBehavior="strict"
          value={draft.most_findings ?? MOST_FINDINGS}
          onChange={(most) => change({ most_findings: Number(most) || 1 })}
          error={refusal(version.error, "most_findings")}
        />
        <NumberInput
          label={t`Metrics at most`}
          min={1}
          max={MOST_METRICS}
          allowDecimal={false}
          clampBehavior="strict"
          value={draft.most_metrics ?? MOST_METRICS}
          onChange={(most) => change({ most_metrics: Number(most) || 1 })}
          error={refusal(version.error, "most_metrics")}
        />
        <Select
          label={t`Usual format`}
          data={optionsOf(formats())}
          value={draft.output_format ?? "pdf"}
          allowDeselect={false}
          onChange={(to) => to && change({ output_format: to as ReportFormat })}
        />
      </SimpleGrid>
      <Switch
        label={t`With charts`}
        checked={draft.charts ?? true}
        onChange={(event) => change({ charts: event.currentTarget.checked })}
      />
    </EditorForm>
  );
}
