import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { LayoutTemplate } from "lucide-react";
import { useState } from "react";
import { deleteTemplate, templatesQuery } from "../../../api/reports";
import { useMay } from "../../../api/session";
import type { Template } from "../../../api/types";
import { EditableRow } from "../../../components/EditableRow";
import { Empty } from "../../../components/Empty";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { formats, sectionNames } from "../../report/names";
import { TemplateEditor } from "./TemplateEditor";

const PAGE_SIZE = 20;

export function Templates() {
  const list = useList(PAGE_SIZE);
  const makes = useMay()("reports:create");
  const [edited, setEdited] = useState<string | "new" | null>(null);
  return (
    <>
      <ListSection
        title={t`Templates`}
        list={list}
        answer={useQuery(templatesQuery(list.query))}
        filters={
          makes && (
            <div>
              <Button size="xs" onClick={() => setEdited("new")}>
                <Trans>New template</Trans>
              </Button>
            </div>
          )
        }
        empty={
          <Empty icon={<LayoutTemplate />} title={t`No templates`}>
            <Trans>A template says which sections a report has and what comes first in them.</Trans>
          </Empty>
        }
      >
        {(rows) => (
          <Stack gap="xs">
            {rows.map((row) => (
              <TemplateRow
                key={row.id}
                template={row}
                onEdit={makes && !row.built_in ? () => setEdited(row.id) : undefined}
              />
            ))}
          </Stack>
        )}
      </ListSection>
      {edited && <TemplateEditor id={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function TemplateRow({ template, onEdit }: { template: Template; onEdit: (() => void) | undefined }) {
  const client = useQueryClient();
  const remove = () =>
    deleteTemplate(template.id).then(() => client.invalidateQueries({ queryKey: ["report-templates"] }));
  const sections = (template.sections ?? []).map((key) => sectionNames()[key]).join(", ");
  // What is built in comes in the server's own words.
  const language = template.built_in ? "en" : undefined;
  const format = formats()[template.output_format ?? "pdf"];
  return (
    <EditableRow
      name={template.name}
      mark={template.built_in ? t`Built in` : undefined}
      language={language}
      onEdit={onEdit}
      question={t`The template “${template.name}” goes, for good. Reports that follow it keep what was generated.`}
      onDelete={remove}
    >
      {template.description && (
        <Text size="xs" lang={language}>
          {template.description}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {sections} · {format}
      </Text>
    </EditableRow>
  );
}
