import { transformAsync } from "@babel/core";
import type { Plugin } from "vite";

/** Makes messages with placeholders of the texts in the code; the English ones stay, as there is no catalog of them. */
export const macros = (): Plugin => ({
  name: "macros",
  enforce: "pre",
  transform: {
    filter: { id: /\/src\/.*\.tsx?$/, code: /@lingui\/(core|react)\/macro/ },
    handler: (code, filename) =>
      transformAsync(code, {
        filename,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ["typescript", ...(filename.endsWith("x") ? ["jsx" as const] : [])] },
        plugins: [["@lingui/babel-plugin-lingui-macro", { stripMessageField: false }]],
      }).then((made) => (made?.code ? { code: made.code, map: made.map } : null)),
  },
});
