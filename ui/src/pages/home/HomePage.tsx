import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "../../api/queries";
import { Heading } from "../../components/Heading";
import { NewReport } from "../report/NewReport";
import { Dashboards } from "./Dashboards";
import { Reports } from "./Reports";
import { Sources } from "./Sources";
import { Uploads } from "./Uploads";

export function HomePage() {
  const { data } = useQuery(statusQuery());
  return (
    <>
      <Heading title="Home" note={data?.organization.name ?? " "}>
        <NewReport />
      </Heading>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
          <Stack gap={36}>
            <Dashboards />
            <Reports />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
          <Stack gap="lg">
            <Uploads />
            <Sources />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
