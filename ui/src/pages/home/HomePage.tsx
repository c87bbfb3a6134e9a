import { Box, Grid, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { homeQuery, useVisit } from "../../api/home";
import { useSignedIn } from "../../api/session";
import { Heading } from "../../components/Heading";
import { Problem } from "../../components/Problem";
import { NewReport } from "../report/NewReport";
import { Dashboards } from "./Dashboards";
import { Models } from "./Models";
import { NewDashboard } from "./NewDashboard";
import { Reports } from "./Reports";
import { Sources } from "./Sources";
import { Start } from "./Start";
import { Uploads } from "./Uploads";

export function HomePage() {
  const { organization } = useSignedIn();
  const home = useQuery({ ...homeQuery(), refetchOnMount: "always" });
  useVisit(null);
  return (
    <>
      <Heading title={organization.name}>
        <NewDashboard />
        <NewReport />
      </Heading>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }}>
          {home.isPending && <Skeleton h={480} aria-busy />}
          {/* They load meanwhile, but would jump once it is known what stands above them. */}
          <Box display={home.isPending ? "none" : undefined}>
            <Stack gap={36}>
              {home.error && <Problem error={home.error} retry={home.refetch} />}
              {home.data && <Start home={home.data} />}
              <Dashboards />
              <Reports />
            </Stack>
          </Box>
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
