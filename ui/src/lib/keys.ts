import { useEffect, useRef } from "react";

/** Whether the system's main modifier is the command key. Decides what is printed and which key is heard. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A key as it is printed on a cap: `Mod` becomes the command or the control key. */
export function keyCap(key: string): string {
  const caps: Record<string, string> = {
    Mod: isMac ? "⌘" : "Ctrl",
    Shift: "⇧",
    Enter: "↵",
    Escape: "Esc",
    ArrowUp: "↑",
    ArrowDown: "↓",
    ArrowLeft: "←",
    ArrowRight: "→",
  };
  return caps[key] ?? key;
}

/** Whether a key press belongs to a field that is being written in. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && (target as HTMLInputElement).type !== "checkbox";
}

/** Whether the element itself does something on Enter or Space: a button, a link, an option. */
function actsItself(target: EventTarget | null): boolean {
  const own =
    "button, a[href], summary, input, select, [role=button], [role=option], [role=menuitem], [role=radio], [role=switch], [role=checkbox], [role=tab], [role=row], [role=gridcell], [role=grid], [role=listbox]";
  return target instanceof Element && target.matches(own);
}

/** The combination that an event stands for, such as `Mod+k`, `Shift+ArrowUp`, `?`. */
export function combination(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Shift is part of the character for everything that prints ("?" is Shift+/ on most keyboards).
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/.test(key));
  return `${mod ? "Mod+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

/**
 * Keys that work on the whole page while the caller is shown. Bare keys rest while a field is written in or a dialog is
 * open; combinations with the main modifier always work.
 */
export function useKeys(map: KeyMap, enabled = true): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const key = combination(event);
      const action = latest.current[key];
      if (!action) return;
      if ((key === "Enter" || key === " ") && actsItself(event.target)) return;
      if (!key.startsWith("Mod+") && (isWriting(event.target) || document.querySelector("[data-blocks-keys]"))) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [enabled]);
}

/**
 * Two keys one after the other, such as `g` then `i`. The second must follow within a second and a half.
 */
export function useChords(first: string, map: Record<string, () => void>): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    let armedAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isWriting(event.target) || document.querySelector("[data-blocks-keys]")) return;
      const key = combination(event);
      if (armedAt > 0 && performance.now() - armedAt < 1500) {
        armedAt = 0;
        const action = latest.current[key];
        if (action) {
          event.preventDefault();
          event.stopImmediatePropagation();
          action();
        }
        return;
      }
      armedAt = key === first ? performance.now() : 0;
    };
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, [first]);
}
