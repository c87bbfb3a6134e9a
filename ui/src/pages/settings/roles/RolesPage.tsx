import { t } from "@lingui/core/macro";
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { permissionsQuery } from "../../../api/account";
import { useMay } from "../../../api/session";
import { Heading } from "../../../components/Heading";
import { Loading } from "../../../components/Loading";
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
      {!data && !error && <Loading />}
      {data && (
        <Stack gap={36}>
          {may("members:read") && <OwnRoles table={data} manages={may("security:manage")} />}
          <PermissionMatrix table={data} />
        </Stack>
      )}
    </>
  );
}
