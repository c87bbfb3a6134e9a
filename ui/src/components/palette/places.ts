import { t } from "@lingui/core/macro";
/** Where one can go from everywhere: by the palette, and some by keys that are pressed one after the other. */
export interface Place {
  label: string;
  href: string;
  /** Pressed after G. */
  key?: string;
  permission?: string;
  /** Other words for it. */
  words?: string;
}

export const places = (): Place[] => [
  { label: t`Start`, href: "/", key: "h", words: t`home dashboards reports sources upload` },
  { label: t`Ask`, href: "/ask", key: "a", permission: "analysis:run", words: t`question chat` },
  { label: t`Forecasts`, href: "/forecasts", key: "f", permission: "forecasts:read", words: t`prediction` },
  { label: t`Settings: your profile`, href: "/settings/profile", key: "s", words: t`account name` },
  { label: t`Settings: security`, href: "/settings/security", words: t`password passkey sessions two-step` },
  { label: t`Settings: developer`, href: "/settings/developer", words: t`api keys limits webhooks mcp` },
  {
    label: t`Settings: reports`,
    href: "/settings/reports",
    permission: "reports:read",
    words: t`logo colour font templates`,
  },
  {
    label: t`Settings: members`,
    href: "/settings/members",
    permission: "members:read",
    words: t`invite people`,
  },
  { label: t`Settings: audit log`, href: "/settings/audit-log", permission: "audit_logs:read" },
  { label: t`Documentation of the API`, href: "/api/v1/docs", key: "d", words: t`openapi endpoints` },
];

export const shortcuts = (): { keys: string[]; does: string }[] => [
  { keys: [t`Ctrl`, "K"], does: t`Search and go anywhere (⌘ K on a Mac)` },
  { keys: ["?"], does: t`Show these keys` },
  ...places().flatMap(({ key, label }) => (key ? [{ keys: ["G", key.toUpperCase()], does: label }] : [])),
  { keys: [t`Arrow keys`], does: t`Move a widget, on its handle in the editor of a dashboard` },
  { keys: [t`Shift`, t`Arrow keys`], does: t`Resize it` },
  { keys: [t`Ctrl`, "Z"], does: t`Take back, in the editor of a dashboard` },
  { keys: [t`Ctrl`, t`Shift`, "Z"], does: t`Make again` },
  { keys: [t`Ctrl`, "S"], does: t`Save the dashboard` },
];
