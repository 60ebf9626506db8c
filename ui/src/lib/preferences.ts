import { useSyncExternalStore } from "react";

/** What a person chose about the window itself. Kept by the web view, read before the first paint. */
export interface Preferences {
  theme: "light" | "dark" | "system";
  language: "system" | "en" | "zh-CN";
  railFolded: boolean;
}

const defaults: Preferences = { theme: "system", language: "system", railFolded: false };
const storageKey = "sluice.preferences";
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return stored !== null && typeof stored === "object" ? { ...defaults, ...stored } : defaults;
  } catch {
    return defaults; // unreadable or refused storage: the window still opens
  }
}

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // A full or refused storage costs the memory of the choice, not the choice.
  }
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}
