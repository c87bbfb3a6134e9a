import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const shade = (light: string, dark: string) =>
  `light-dark(var(--mantine-color-${light}), var(--mantine-color-${dark}))`;

const words = HighlightStyle.define([
  { tag: tags.keyword, color: shade("blue-8", "blue-3"), fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: shade("teal-9", "teal-4") },
  { tag: [tags.number, tags.bool, tags.null], color: shade("grape-9", "grape-3") },
  { tag: [tags.typeName, tags.standard(tags.name)], color: shade("violet-8", "violet-3") },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--mantine-color-dimmed)", fontStyle: "italic" },
]);

/** As the other fields look, in both themes. */
const field = EditorView.theme({
  "&": {
    fontSize: "13px",
    color: "var(--mantine-color-text)",
    background: "light-dark(var(--mantine-color-white), var(--mantine-color-dark-6))",
    border: "1px solid light-dark(var(--mantine-color-gray-4), var(--mantine-color-dark-4))",
    borderRadius: "var(--mantine-radius-md)",
  },
  "&.cm-focused": { outline: "none", borderColor: "var(--mantine-primary-color-filled)" },
  "&:has([aria-invalid='true'])": { borderColor: "var(--mantine-color-error)" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.55" },
  ".cm-content": { minHeight: "8.5rem", maxHeight: "22rem", padding: "8px 4px", caretColor: "currentColor" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  ".cm-tooltip": {
    background: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--mantine-color-default-border)",
    borderRadius: "var(--mantine-radius-sm)",
    boxShadow: "var(--mantine-shadow-md)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mantine-font-family-monospace)",
    maxHeight: "none",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--mantine-primary-color-filled)",
    color: "var(--mantine-color-white)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "1", fontStyle: "normal", marginLeft: "1em" },
});

export const look = [field, syntaxHighlighting(words)];
