import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { type KeyStatus, keysQuery } from "../../../api/account";
import { useMay, useSignedIn } from "../../../api/session";
import { Empty } from "../../../components/Empty";
import { ListSection } from "../../../components/ListSection";
import { useList } from "../../../components/useList";
import { KeyTable } from "./KeyTable";
import { NewKey } from "./NewKey";

const PAGE_SIZE = 10;
const states = () => [
  { value: "", label: t`In any state` },
  { value: "active", label: t`Working` },
  { value: "expired", label: t`Expired` },
  { value: "revoked", label: t`Revoked` },
];

export function Keys() {
  const { user } = useSignedIn();
  const seesAll = useMay()("users:manage");
  const [all, setAll] = useState(false);
  const [status, setStatus] = useState<KeyStatus | "">("");
  const list = useList(PAGE_SIZE);
  const answer = useQuery(
    keysQuery({ ...list.query, ...(status && { status }), ...(!all && { user_id: user.id }) }),
  );
  return (
    <>
      <NewKey />
      <ListSection
        title={t`API keys`}
        list={list}
        answer={answer}
        filters={
          <Group gap="xs">
            <Select
              size="xs"
              w={140}
              aria-label={t`State of the keys`}
              data={states()}
              value={status}
              allowDeselect={false}
              onChange={(value) => {
                list.setPage(1);
                setStatus((value ?? "") as KeyStatus | "");
              }}
            />
            {seesAll && (
              <SegmentedControl
                size="xs"
                aria-label={t`Whose keys`}
                value={all ? "all" : "own"}
                onChange={(value) => {
                  list.setPage(1);
                  setAll(value === "all");
                }}
                data={[
                  { value: "own", label: t`Yours` },
                  { value: "all", label: t`Everybody’s` },
                ]}
              />
            )}
          </Group>
        }
        empty={
          <Empty icon={<KeyRound />} title={status ? t`No API keys in this state` : t`No API keys yet`}>
            <Trans>A key lets a script do what you may do. Send it in the header X-API-Key.</Trans>
          </Empty>
        }
      >
        {(keys) => <KeyTable keys={keys} ofAll={all} />}
      </ListSection>
    </>
  );
}
