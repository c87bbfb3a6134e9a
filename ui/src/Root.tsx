import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { App } from "./App";
import { queryClient } from "./api/queries";
import { useLanguage } from "./i18n";
import { theme, variables } from "./theme";

const client = queryClient();

/** Drawn anew in another language, and with it everything below, which keeps what is typed. */
export function Root() {
  useLanguage();
  return (
    <I18nProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>
  );
}
