import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { initReactI18next } from "react-i18next";
import { en } from "@/locales/en";
import { onPreferences, preferences } from "./preferences";
import { tightHan } from "./sentence";

export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
  }
}

/** The language in use: the chosen one, or the first of the system's that Sluice speaks. */
export function resolvedLanguage(): Language {
  const { language } = preferences();
  if (language !== "system") return language;
  for (const wanted of navigator.languages) {
    if (wanted.toLowerCase().startsWith("zh")) return "zh-CN";
    if (wanted.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

/** English is always there; Chinese is a chunk of its own that is loaded when it is wanted. */
async function load(language: Language): Promise<void> {
  if (language !== "zh-CN" || i18next.hasResourceBundle("zh-CN", "common")) return;
  const { zhCN } = await import("@/locales/zh-CN");
  for (const [namespace, texts] of Object.entries(zhCN)) i18next.addResourceBundle("zh-CN", namespace, texts);
}

const tight = { type: "postProcessor", name: "tight", process: tightHan } as const;

export async function startLanguage(): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use(tight)
    .init({
      postProcess: tight.name,
      lng: "en",
      fallbackLng: "en",
      defaultNS: "common",
      ns: Object.keys(en),
      resources: { en },
      interpolation: { escapeValue: false }, // React escapes; escaping twice would show entities
      returnNull: false,
    });
  const apply = async () => {
    const language = resolvedLanguage();
    await load(language);
    await i18next.changeLanguage(language);
    document.documentElement.lang = language;
  };
  await apply();
  onPreferences(() => {
    if (resolvedLanguage() !== i18next.language) void apply();
  });
}

/**
 * The language in use. Lighter than `useTranslation`, for what stands on a page a thousand times: such a component takes its
 * words from `i18next` itself and is drawn again when this changes.
 */
export function useLanguage(): string {
  return useSyncExternalStore(onLanguage, () => i18next.language);
}

function onLanguage(listener: () => void): () => void {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
}

/** The language as `Intl` wants it: English dates are day first, with 24 hours. */
export function useIntlLocale(): string {
  return useLanguage() === "zh-CN" ? "zh-CN" : "en-GB";
}
