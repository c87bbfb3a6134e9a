import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The hue of the heatmaps' ramp, from light to dark. */
const blue: MantineColorsTuple = [
  "#eef5fc",
  "#dbe8f6",
  "#b5d0ec",
  "#8bb5e0",
  "#669dd6",
  "#4f8ecf",
  "#3a7dc2",
  "#2b66a6",
  "#235589",
  "#1c4670",
];

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
    Tooltip: { defaultProps: { openDelay: 300, multiline: true, maw: 320 } },
  },
});
