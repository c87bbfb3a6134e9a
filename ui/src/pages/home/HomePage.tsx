import { Grid, Stack } from "@mantine/core";
import { useSignedIn } from "../../api/session";
import { Heading } from "../../components/Heading";
import { NewReport } from "../report/NewReport";
import { Dashboards } from "./Dashboards";
import { Models } from "./Models";
import { NewDashboard } from "./NewDashboard";
import { Reports } from "./Reports";
import { Sources } from "./Sources";
import { Uploads } from "./Uploads";

export function HomePage() {
  const { organization } = useSignedIn();
  return (
    <>
      <Heading title={organization.name}>
        <NewDashboard />
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
            <Models />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
