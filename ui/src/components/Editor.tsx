import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import type { Tagged } from "../api/client";
import { Conflicted } from "./Conflicted";
import { Problem } from "./Problem";
import type { useVersioned } from "./useVersioned";

interface ReadProps<T> {
  queryKey: unknown[];
  /** Null: there is nothing yet. */
  read: (() => Promise<Tagged<T>>) | null;
  height?: number;
  children: (first: Tagged<T> | null) => ReactNode;
}

/** What a form begins with, read anew each time. */
export function Read<T>({ queryKey, read, height = 300, children }: ReadProps<T>) {
  const found = useQuery({
    queryKey,
    queryFn: () => read?.() ?? null,
    enabled: read !== null,
    gcTime: 0,
  });
  if (read === null) return children(null);
  if (found.error) return <Problem error={found.error} retry={found.refetch} />;
  return found.data ? children(found.data) : <Skeleton h={height} aria-busy />;
}

/** A dialog around a form; a click beside it loses nothing. */
export function EditorModal<T>({
  title,
  onClose,
  ...read
}: ReadProps<T> & { title: string; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={false}>
      <Read {...read} />
    </Modal>
  );
}

interface FormProps<T, Body> {
  version: ReturnType<typeof useVersioned<T, Body>>;
  body: () => Body;
  /** Whether there is anything to be saved that can be. */
  isReady?: boolean;
  /** Those that tell themselves what they were refused for. */
  fields?: string[];
  label?: string;
  onClose: () => void;
  onTheirs: (theirs: T) => void;
  theirs?: (theirs: T) => ReactNode;
  children: ReactNode;
}

/** A form over one version of something: saved, refused, or held against what somebody else has saved. */
export function EditorForm<T, Body>({
  version,
  body,
  isReady = true,
  fields,
  label = t`Save`,
  onClose,
  onTheirs,
  theirs,
  children,
}: FormProps<T, Body>) {
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isReady && !version.isPending) version.save(body());
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        {version.error && <Problem error={version.error} fields={fields} />}
        {version.theirs !== null && (
          <Conflicted
            onMine={() => version.saveOver(body())}
            onTheirs={() => {
              if (version.theirs !== null) onTheirs(version.theirs);
              version.takeTheirs();
            }}
          >
            {theirs?.(version.theirs)}
          </Conflicted>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={version.isPending} disabled={!isReady}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
