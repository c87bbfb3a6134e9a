import { t } from "@lingui/core/macro";
import { ActionIcon, Tooltip } from "@mantine/core";
import { Search } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { ErrorBoundary } from "../ErrorBoundary";
import { useShortcuts } from "./useShortcuts";

const Palette = lazy(() => import("./Palette"));
const Keys = lazy(() => import("./Keys"));

/** The button that searches everything, and the keys that hold everywhere. */
export function Commands() {
  const [opened, setOpened] = useState<"palette" | "keys" | null>(null);
  useShortcuts(setOpened);
  const close = () => setOpened(null);
  return (
    <>
      <Tooltip label={t`Search and go anywhere (Ctrl K)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={t`Search and go anywhere`}
          onClick={() => setOpened("palette")}
        >
          <Search size={17} />
        </ActionIcon>
      </Tooltip>
      <ErrorBoundary>
        <Suspense>
          {opened === "palette" && <Palette onClose={close} />}
          {opened === "keys" && <Keys onClose={close} />}
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
