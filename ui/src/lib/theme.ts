import { onPreferences, preferences } from "./preferences";

const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

/** The theme in use: the chosen one, or the system's. */
export function resolvedTheme(): "light" | "dark" {
  const { theme } = preferences();
  if (theme !== "system") return theme;
  return dark().matches ? "dark" : "light";
}

/** Puts the theme on the document and keeps it right while the choice or the system changes. */
export function startTheme(): void {
  const apply = () => {
    document.documentElement.dataset.theme = resolvedTheme();
  };
  apply();
  onPreferences(apply);
  dark().addEventListener("change", apply);
}
