import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, List, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { EyeOff } from "lucide-react";
import { useState } from "react";
import { deleteRule, rulesQuery } from "../../../api/access";
import type { AccessRule, SourceDetail } from "../../../api/types";
import { EditableRow } from "../../../components/EditableRow";
import { Empty } from "../../../components/Empty";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { RuleEditor } from "./RuleEditor";
import { ruleInWords } from "./words";

const PAGE_SIZE = 20;

/** Who sees only some rows or columns of this source. */
export default function AccessRules({ source }: { source: SourceDetail }) {
  const list = useList(PAGE_SIZE);
  const [edited, setEdited] = useState<number | "new" | null>(null);
  return (
    <>
      <ListSection
        title={t`Access rules`}
        list={list}
        answer={useQuery(rulesQuery({ ...list.query, source_id: source.id }))}
        filters={
          source.tables.length > 0 && (
            <div>
              <Button size="xs" onClick={() => setEdited("new")}>
                <Trans>New access rule</Trans>
              </Button>
            </div>
          )
        }
        empty={
          <Empty icon={<EyeOff />} title={t`No access rules`}>
            <Trans>
              Everybody who may see data sources sees all of this one. A rule lets people of some roles see
              only some rows of a table, or its columns masked: on dashboards, in answers, reports and
              exports.
            </Trans>
          </Empty>
        }
      >
        {(rules) => (
          <Stack gap="xs">
            {rules.map((rule) => (
              <RuleRow key={rule.id} rule={rule} onEdit={() => setEdited(rule.id)} />
            ))}
          </Stack>
        )}
      </ListSection>
      {edited && (
        <RuleEditor id={edited === "new" ? null : edited} source={source} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function RuleRow({ rule, onEdit }: { rule: AccessRule; onEdit: () => void }) {
  const client = useQueryClient();
  const remove = () =>
    deleteRule(rule.id).then(() =>
      Promise.all(
        ["access-rules", "source", "preview"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
    );
  return (
    <EditableRow
      name={rule.name}
      mark={rule.table}
      onEdit={onEdit}
      question={t`The rule “${rule.name}” goes. Whom it bound sees everything again, at once.`}
      onDelete={remove}
    >
      <List size="xs">
        {ruleInWords(rule).map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </EditableRow>
  );
}
