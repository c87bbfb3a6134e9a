import { t } from "@lingui/core/macro";
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { organizationQuery } from "../../../api/account";
import { useMay } from "../../../api/session";
import { date, words } from "../../../components/format";
import { Heading } from "../../../components/Heading";
import { Problem } from "../../../components/Problem";
import { DeletePart } from "./DeletePart";
import { HandOverPart } from "./HandOverPart";
import { NamePart } from "./NamePart";
import { PolicyPart } from "./PolicyPart";

export default function OrganizationPage() {
  const may = useMay();
  const { data, error, refetch } = useQuery(organizationQuery());
  return (
    <>
      <Heading
        title={t`Organisation`}
        note={data && t`Plan: ${words(data.plan)} · since ${date(data.created_at)}`}
      />
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={200} aria-busy />}
      {data && (
        <Stack gap="lg">
          <NamePart organization={data} mayChange={may("organization:manage")} />
          {may("security:manage") && <PolicyPart />}
          {may("organization:manage") && <HandOverPart />}
          {may("organization:manage") && <DeletePart name={data.name} />}
        </Stack>
      )}
    </>
  );
}
