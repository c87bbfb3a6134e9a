import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Badge, Button, Group, Modal, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { Version } from "../../../api/dashboards";
import { When } from "../../../components/When";
import { styleOf } from "../Grid";
import classes from "./Conflict.module.css";
import { type Draft, type DraftWidget, draftOf, wantedOf } from "./draft";
import { nameOf } from "./EditCard";

interface Props {
  mine: Draft;
  theirs: Version;
  onMine: () => void;
  onTheirs: () => void;
  onClose: () => void;
}

/** Somebody else saved in the meantime: both versions side by side, and the choice. */
export function Conflict({ mine, theirs, onMine, onTheirs, onClose }: Props) {
  const other = draftOf(theirs.dashboard);
  return (
    <Modal opened onClose={onClose} size="xl" title={t`Somebody else changed this dashboard`} centered>
      <Stack>
        <Text size="sm">
          <Trans>
            It was saved <When at={theirs.dashboard.updated_at} />, while you were editing. Choose which
            version stays, or close this and go on editing.
          </Trans>
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Side title={t`Your version`} draft={mine} other={other}>
            <Button fullWidth onClick={onMine}>
              <Trans>Save mine over theirs</Trans>
            </Button>
          </Side>
          <Side title={t`Their version`} draft={other} other={mine}>
            <Button fullWidth variant="default" onClick={onTheirs}>
              <Trans>Take theirs, drop mine</Trans>
            </Button>
          </Side>
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}

interface SideProps {
  title: string;
  draft: Draft;
  other: Draft;
  children: React.ReactNode;
}

function Side({ title, draft, other, children }: SideProps) {
  return (
    <Paper p="sm" component="section" aria-label={title}>
      <Stack gap="xs" h="100%" justify="space-between">
        <Stack gap="xs">
          <Title order={3} size="h5">
            {title}
          </Title>
          <Group gap={6} wrap="nowrap">
            <Text size="sm" truncate title={draft.name}>
              {draft.name}
            </Text>
            {draft.name !== other.name && (
              <Mark>
                <Trans>other name</Trans>
              </Mark>
            )}
          </Group>
          <div className={classes.map}>
            {draft.widgets.map((widget) => (
              <Box widget={widget} other={twin(widget, other)} key={widget.key} />
            ))}
          </div>
        </Stack>
        {children}
      </Stack>
    </Paper>
  );
}

function Box({ widget, other }: { widget: DraftWidget; other: DraftWidget | undefined }) {
  const difference = differenceOf(widget, other);
  return (
    <div className={classes.box} style={styleOf(widget.position)} data-different={difference !== ""}>
      <Text size="xs" lineClamp={2} title={nameOf(widget)}>
        {nameOf(widget)}
      </Text>
      {difference && <Mark>{difference}</Mark>}
    </div>
  );
}

function Mark({ children }: { children: React.ReactNode }) {
  return (
    <Badge size="xs" variant="light" color="orange" tt="none" style={{ flex: "none" }}>
      {children}
    </Badge>
  );
}

const twin = ({ id }: DraftWidget, other: Draft) => other.widgets.find((one) => id !== null && one.id === id);

function differenceOf(widget: DraftWidget, other: DraftWidget | undefined): string {
  if (!other) return t`only here`;
  const [mine, theirs] = [widget, other].map((one) => wantedOf({ name: "", widgets: [one] }).widgets[0]);
  if (JSON.stringify(mine) === JSON.stringify(theirs)) return "";
  const moved = JSON.stringify({ ...mine, position: theirs?.position }) === JSON.stringify(theirs);
  return moved ? t`moved` : t`changed`;
}
