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

export const PLACES: Place[] = [
  { label: "Start", href: "/", key: "h", words: "home dashboards reports sources upload" },
  { label: "Ask", href: "/ask", key: "a", permission: "analysis:run", words: "question chat" },
  { label: "Forecasts", href: "/forecasts", key: "f", permission: "forecasts:read", words: "prediction" },
  { label: "Settings: your profile", href: "/settings/profile", key: "s", words: "account name" },
  { label: "Settings: security", href: "/settings/security", words: "password passkey sessions two-step" },
  { label: "Settings: developer", href: "/settings/developer", words: "api keys limits webhooks mcp" },
  {
    label: "Settings: members",
    href: "/settings/members",
    permission: "members:read",
    words: "invite people",
  },
  { label: "Settings: audit log", href: "/settings/audit-log", permission: "audit_logs:read" },
  { label: "Documentation of the API", href: "/api/v1/docs", key: "d", words: "openapi endpoints" },
];

export const KEYS: { keys: string[]; does: string }[] = [
  { keys: ["Ctrl", "K"], does: "Search and go anywhere (⌘ K on a Mac)" },
  { keys: ["?"], does: "Show these keys" },
  ...PLACES.flatMap(({ key, label }) => (key ? [{ keys: ["G", key.toUpperCase()], does: label }] : [])),
  { keys: ["Arrow keys"], does: "Move a widget, on its handle in the editor of a dashboard" },
  { keys: ["Shift", "Arrow keys"], does: "Resize it" },
  { keys: ["Ctrl", "Z"], does: "Take back, in the editor of a dashboard" },
  { keys: ["Ctrl", "Shift", "Z"], does: "Make again" },
  { keys: ["Ctrl", "S"], does: "Save the dashboard" },
];
