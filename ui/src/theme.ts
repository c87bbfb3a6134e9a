import { t } from "@lingui/core/macro";
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";
import { decimalSeparator } from "./components/format";

/** The hue of the heatmaps' ramp, from light to dark. */
const blue: MantineColorsTuple = [
  "#eef5fc",
  "#dbe8f6",
  "#b5d0ec",
  "#8bb5e0",
  "#669dd6",
  "#4f8ecf",
  "#3676b9",
  "#2b66a6",
  "#235589",
  "#1c4670",
];

/** A contrast of at least 4.5 : 1 in both themes. */
export const LEGIBLE_RED = "light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))";

const closable = () => ({ closeButtonProps: { "aria-label": t`Close` } });

export const theme = createTheme({
  colors: { blue },
  primaryColor: "blue",
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Paper: { defaultProps: { withBorder: true } },
    Anchor: { defaultProps: { underline: "hover" } },
    Modal: { defaultProps: closable },
    Drawer: { defaultProps: closable },
    NumberInput: { defaultProps: () => ({ decimalSeparator: decimalSeparator() }) },
    Tooltip: { defaultProps: { openDelay: 300, multiline: true, maw: 320 } },
  },
});

/** Quiet text, and text on a quiet ground, keeps a contrast of at least 4.5 : 1 on the page. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636b",
    "--mantine-color-placeholder": "#6c737b",
    "--mantine-color-teal-light-color": "#066649",
    "--mantine-color-yellow-light-color": "#7a4a00",
    "--mantine-color-orange-light-color": "#8a3b00",
    "--mantine-color-red-light-color": "#a51111",
  },
  dark: { "--mantine-color-dimmed": "#a6a9ae", "--mantine-color-placeholder": "#8f9399" },
});
