import { Stack } from "@mantine/core";
import { Heading } from "../../components/Heading";
import { Keys } from "./Keys";
import { Limits } from "./Limits";

export default function DeveloperPage() {
  return (
    <>
      <Heading title="Developer" note="API keys for your scripts, and the limits in force" />
      <Stack gap={36}>
        <Keys />
        <Limits />
      </Stack>
    </>
  );
}
