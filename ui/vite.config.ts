import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { macros } from "./macros";

export default defineConfig({
  plugins: [macros(), react(), lingui({ failOnMissing: true, failOnCompileError: true })],
  build: {
    outDir: "../src/claribi/assets/web",
    emptyOutDir: true,
    // The server's content security policy allows no `data:` fonts and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    // These know `light-dark()`, which would be rewritten to something that does not follow the toggle.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
    rolldownOptions: {
      // One file for what the first page needs; else each piece shared with a later page is a file of its own.
      output: { codeSplitting: { groups: [{ name: "base", tags: ["$initial"] }] } },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
});
