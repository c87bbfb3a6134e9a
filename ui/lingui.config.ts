import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

/** The texts in the code are the English ones; each other language has its catalog. */
export default defineConfig({
  sourceLocale: "en",
  locales: ["de"],
  catalogs: [{ path: "<rootDir>/src/locales/{locale}", include: ["src"] }],
  format: formatter({ origins: false }),
});
