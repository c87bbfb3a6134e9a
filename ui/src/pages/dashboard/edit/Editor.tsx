import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Box, Button, Group, Paper, TextInput, Tooltip, VisuallyHidden } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { LayoutDashboard, Plus, Redo2, Save, Undo2 } from "lucide-react";
import { useState } from "react";
import { readVersion, useSaveDashboard, type Version } from "../../../api/dashboards";
import { isConflict } from "../../../api/errors";
import { Empty } from "../../../components/Empty";
import { Problem } from "../../../components/Problem";
import { leavingQuestion, useLeaving } from "../../../components/useLeaving";
import { freePlace } from "../layout";
import { Conflict } from "./Conflict";
import { type DraftWidget, draftOf, isSame, newKey, useDraft, wantedOf } from "./draft";
import { EditGrid } from "./EditGrid";
import classes from "./Editor.module.css";
import { WidgetDrawer } from "./WidgetDrawer";

interface Props {
  version: Version;
  onDone: () => void;
}

const LONGEST_NAME = 300;

/** A dashboard while somebody changes it. Nothing is saved before they say so. */
export default function Editor({ version, onDone }: Props) {
  const [base, setBase] = useState(version);
  const [theirs, setTheirs] = useState<Version | null>(null);
  const [edited, setEdited] = useState<DraftWidget | null>(null);
  const { draft, change, startFrom, undo, redo } = useDraft(draftOf(version.dashboard));
  const save = useSaveDashboard(version.dashboard.id);
  const changed = !isSame(draft, draftOf(base.dashboard));
  useLeaving(changed && !save.isPending && !save.isSuccess);
  useHotkeys([
    ["mod+Z", () => undo?.()],
    ["mod+shift+Z", () => redo?.()],
    ["mod+Y", () => redo?.()],
  ]);
  // Also while somebody types the name; but a widget that is open in the drawer is not part of it yet.
  useHotkeys([["mod+S", () => !edited && changed && keep()]], []);

  const setWidgets = (widgets: DraftWidget[]) => change({ ...draft, widgets });

  function keep(over = base) {
    if (save.isPending || draft.name.trim() === "") return;
    const there = new Set(over.dashboard.widgets.map((widget) => widget.id));
    save.mutate(
      { etag: over.etag, wanted: wantedOf(draft, there) },
      { onSuccess: onDone, onError: (error) => isConflict(error) && askWhichOne() },
    );
  }

  const askWhichOne = () => readVersion(version.dashboard.id).then(setTheirs, () => undefined);

  function take({ dashboard, etag }: Version) {
    setBase({ dashboard, etag });
    startFrom(draftOf(dashboard));
    setTheirs(null);
    save.reset();
  }

  const finished = (widget: DraftWidget) => {
    const known = draft.widgets.some((one) => one.key === widget.key);
    setWidgets(
      known
        ? draft.widgets.map((one) => (one.key === widget.key ? { ...widget, position: one.position } : one))
        : [...draft.widgets, { ...widget, position: freePlace(draft.widgets, sizeOf(widget)) }],
    );
    setEdited(null);
  };

  return (
    <>
      <VisuallyHidden component="h1">{t`Edit ${version.dashboard.name}`}</VisuallyHidden>
      <Paper className={classes.bar} p="xs" shadow="sm" role="region" aria-label={t`Edit the dashboard`}>
        <Group justify="space-between" gap="xs">
          <TextInput
            aria-label={t`Name of the dashboard`}
            value={draft.name}
            maxLength={LONGEST_NAME}
            error={draft.name.trim() === "" && t`It needs a name`}
            onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
            flex="1 1 12rem"
          />
          <Group gap="xs">
            <Button variant="default" leftSection={<Plus size={16} />} onClick={() => setEdited(blank())}>
              <Trans>Add widget</Trans>
            </Button>
            <Button.Group>
              <IconButton label={t`Undo`} icon={<Undo2 size={16} />} act={undo} />
              <IconButton label={t`Redo`} icon={<Redo2 size={16} />} act={redo} />
            </Button.Group>
            <Button variant="default" onClick={() => leave()}>
              <Trans>Cancel</Trans>
            </Button>
            <Button
              leftSection={<Save size={16} />}
              loading={save.isPending}
              disabled={!changed || draft.name.trim() === ""}
              onClick={() => keep()}
            >
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Group>
        {save.error && !isConflict(save.error) && (
          <Box mt="xs">
            <Problem error={save.error} retry={() => keep()} />
          </Box>
        )}
      </Paper>
      {draft.widgets.length === 0 && (
        <Empty icon={<LayoutDashboard />} title={t`Nothing on it yet`}>
          <Trans>“Add widget” puts a chart, a number, a table or a text here.</Trans>
        </Empty>
      )}
      {draft.widgets.length > 0 && (
        <EditGrid widgets={draft.widgets} onChange={setWidgets} onEdit={setEdited} />
      )}
      {edited && (
        <WidgetDrawer
          key={edited.key}
          widget={edited}
          source={version.dashboard.source_id}
          onClose={() => setEdited(null)}
          onDone={finished}
        />
      )}
      {theirs && (
        <Conflict
          mine={draft}
          theirs={theirs}
          onMine={() => {
            setBase(theirs);
            setTheirs(null);
            keep(theirs);
          }}
          onTheirs={() => take(theirs)}
          onClose={() => setTheirs(null)}
        />
      )}
    </>
  );

  function leave() {
    if (!changed || window.confirm(leavingQuestion())) onDone();
  }
}

/** A number needs little room, a text as much as a line. */
function sizeOf({ type }: DraftWidget) {
  if (type === "metric") return { w: 3, h: 2 };
  return type === "text" ? { w: 12, h: 2 } : { w: 6, h: 5 };
}

/** What a new widget is before anything is said of it. */
const blank = (): DraftWidget => ({
  key: newKey(),
  id: null,
  type: "bar",
  title: "",
  query: null,
  options: {},
  position: { x: 0, y: 0, w: 6, h: 5 },
  data: null,
  chart: null,
  error: null,
  evidence_id: null,
});

function IconButton({ label, icon, act }: { label: string; icon: React.ReactNode; act?: () => void }) {
  return (
    <Tooltip label={label}>
      <Button variant="default" px="sm" aria-label={label} disabled={!act} onClick={act}>
        {icon}
      </Button>
    </Tooltip>
  );
}
