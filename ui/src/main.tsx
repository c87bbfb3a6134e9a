import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./main.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { load } from "./api/session";
import { beginSpeaking } from "./i18n";
import { Root } from "./Root";

load();
const root = document.getElementById("root");
if (root) {
  beginSpeaking().then(() =>
    createRoot(root).render(
      <StrictMode>
        <Root />
      </StrictMode>,
    ),
  );
}
