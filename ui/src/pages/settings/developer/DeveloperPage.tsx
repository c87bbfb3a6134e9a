import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Stack } from "@mantine/core";
import { Link } from "wouter";
import { useMay } from "../../../api/session";
import { Heading } from "../../../components/Heading";
import { Coming } from "./Coming";
import { History } from "./History";
import { Keys } from "./Keys";
import { Limits } from "./Limits";

export default function DeveloperPage() {
  const may = useMay();
  return (
    <>
      <Heading
        title={t`Developer`}
        note={
          <Trans>
            API keys for your scripts, and the limits in force. What can be called is in the{" "}
            <Anchor component={Link} href="/api/v1/docs" inherit underline="always">
              documentation of the API
            </Anchor>
            .
          </Trans>
        }
      />
      <Stack gap={36}>
        {may("api_keys:manage") && <Keys />}
        {may("usage:read") && <Limits />}
        {may("usage:read") && <History />}
        <Coming />
      </Stack>
    </>
  );
}
