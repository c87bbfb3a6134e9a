import { Grid, Stack } from "@mantine/core";
import { useSession } from "../../api/session";
import { Heading } from "../../components/Heading";
import { NewReport } from "../report/NewReport";
import { Dashboards } from "./Dashboards";
import { Reports } from "./Reports";
import { Sources } from "./Sources";
import { Uploads } from "./Uploads";

export function HomePage() {
  const session = useSession();
  return (
    <>
      <Heading title={session?.user.organization.name ?? "Home"}>
        <NewReport />
      </Heading>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap={36}>
            <Dashboards />
            <Reports />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            <Uploads />
            <Sources />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
