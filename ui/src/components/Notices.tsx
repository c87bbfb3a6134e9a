import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Stack } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { CircleAlert, Clock } from "lucide-react";
import { Link } from "wouter";
import { useSignedIn } from "../api/session";
import { date } from "./format";

const DAY_MS = 86_400_000;
/** Days before its end from which on a trial is spoken of. */
const SOON = 5;

/** What keeps the whole organisation from going on, or will soon. */
export function Notices() {
  const { organization, permissions } = useSignedIn();
  const { trial_ends_at: ends, ai_credits_remaining: credits } = organization;
  const left = ends === null ? Number.POSITIVE_INFINITY : (new Date(ends).getTime() - Date.now()) / DAY_MS;
  const chooses = permissions.includes("billing:manage");
  const days = Math.ceil(left);
  const { online } = useNetwork();
  const notices = [
    !online && (
      <Notice key="offline" title={t`You are offline`}>
        <Trans>What is shown may be old. It goes on by itself when the connection is back.</Trans>
      </Notice>
    ),
    ends !== null && left <= 0 && (
      <Notice key="over" urgent title={t`The trial ended on ${date(ends)}`}>
        {chooses
          ? t`Everything stays readable. To make and generate new things, choose a plan.`
          : t`Everything stays readable. To make and generate new things, the owner has to choose a plan.`}
      </Notice>
    ),
    ends !== null && left > 0 && left <= SOON && (
      <Notice
        key="soon"
        title={
          left < 1
            ? t`The trial ends today`
            : plural(days, { one: "The trial ends in # day", other: "The trial ends in # days" })
        }
      >
        {chooses
          ? t`Everything stays readable after that. To go on making and generating, choose a plan.`
          : t`Everything stays readable after that. To go on making and generating, the owner has to choose a plan.`}
      </Notice>
    ),
    credits !== null && credits <= 0 && (
      <Notice key="credits" urgent title={t`The AI credits of this month are used up`}>
        <Trans>
          What was made stays readable. When new credits come is said under{" "}
          <Anchor component={Link} href="/settings/developer" inherit c="inherit" underline="always">
            Settings, Developer
          </Anchor>
          .
        </Trans>
      </Notice>
    ),
  ].filter(Boolean);
  return notices.length > 0 && <Stack mb="lg">{notices}</Stack>;
}

interface Props {
  urgent?: boolean;
  title: string;
  children: React.ReactNode;
}

function Notice({ urgent, title, children }: Props) {
  return (
    <Alert
      role="status"
      variant="light"
      color={urgent ? "red" : "yellow"}
      icon={urgent ? <CircleAlert size={18} /> : <Clock size={18} />}
      title={title}
    >
      {children}
    </Alert>
  );
}
