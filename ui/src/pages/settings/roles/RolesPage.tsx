import { t } from "@lingui/core/macro";
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { permissionsQuery } from "../../../api/account";
import { useMay } from "../../../api/session";
import { Heading } from "../../../components/Heading";
import { Problem } from "../../../components/Problem";
import { OwnRoles } from "./OwnRoles";
import { PermissionMatrix } from "./PermissionMatrix";

export default function RolesPage() {
  const may = useMay();
  const { data, error, refetch } = useQuery(permissionsQuery());
  return (
    <>
      <Heading title={t`Roles`} note={t`What each role may do, and roles of your own`} />
      {error && <Problem error={error} retry={refetch} />}
      {!data && !error && <Skeleton h={480} aria-busy />}
      {data && (
        <Stack gap={36}>
          {may("members:read") && <OwnRoles table={data} manages={may("security:manage")} />}
          <PermissionMatrix table={data} />
        </Stack>
      )}
    </>
  );
}
