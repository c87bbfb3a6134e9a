import { i18n, type Messages } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { useSyncExternalStore } from "react";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** How each writes numbers, dates and times. */
const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-DE" };
/** English stands in the code; what another language says is fetched when it is chosen. */
const CATALOGS: Record<Exclude<Language, "en">, () => Promise<{ messages: Messages }>> = {
  de: () => import("./locales/de.po"),
};
const KEPT_AS = "claribi-language";

i18n.setMessagesCompiler(compileMessage);

const isLanguage = (name: string | null): name is Language => name !== null && name in LANGUAGES;

/** What was chosen in this browser, else the first of the browser's languages that there is. */
function preferred(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (isLanguage(kept)) return kept;
  const spoken = navigator.languages.map((name) => name.slice(0, 2));
  return spoken.find(isLanguage) ?? "en";
}

let wanted: Language = "en";

async function speak(language: Language): Promise<void> {
  wanted = language;
  const messages = language === "en" ? {} : (await CATALOGS[language]()).messages;
  // Somebody may have chosen again while the catalog was on its way.
  if (wanted !== language) return;
  document.documentElement.lang = language;
  i18n.loadAndActivate({ locale: language, messages });
}

/** Begin in the preferred language; in English where its catalog can't be had. */
export const beginSpeaking = () => speak(preferred()).catch(() => speak("en"));

/** Speak another language from now on, in this browser. */
export async function choose(language: Language): Promise<void> {
  await speak(language);
  localStorage.setItem(KEPT_AS, language);
}

export const language = (): Language => (isLanguage(i18n.locale) ? i18n.locale : "en");

/** The locale for `Intl`. */
export const locale = () => LOCALES[language()];

const subscribe = (changed: () => void) => i18n.on("change", changed);

export const useLanguage = () => useSyncExternalStore(subscribe, language);
