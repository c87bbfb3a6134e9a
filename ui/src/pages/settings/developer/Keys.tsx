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
const STATES = [
  { value: "", label: "In any state" },
  { value: "active", label: "Working" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
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
        title="API keys"
        list={list}
        answer={answer}
        filters={
          <Group gap="xs">
            <Select
              size="xs"
              w={140}
              aria-label="State of the keys"
              data={STATES}
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
                aria-label="Whose keys"
                value={all ? "all" : "own"}
                onChange={(value) => {
                  list.setPage(1);
                  setAll(value === "all");
                }}
                data={[
                  { value: "own", label: "Yours" },
                  { value: "all", label: "Everybody’s" },
                ]}
              />
            )}
          </Group>
        }
        empty={
          <Empty icon={<KeyRound />} title={status ? "No API keys in this state" : "No API keys yet"}>
            A key lets a script do what you may do. Send it in the header X-API-Key.
          </Empty>
        }
      >
        {(keys) => <KeyTable keys={keys} ofAll={all} />}
      </ListSection>
    </>
  );
}
