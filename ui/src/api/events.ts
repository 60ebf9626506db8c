import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { catchUp, keyOf, spoil } from "./cache";
import type { Event, Shell } from "./generated";
import { transport } from "./transport";

type Kind = Event["event"];
type Told<K extends Kind> = Extract<Event, { event: K }>;

const listeners = new Set<(event: Event) => void>();
const linkListeners = new Set<() => void>();
let linkUp = true;

const isHidden = () => document.visibilityState === "hidden";

/**
 * Listens for the life of the window: spoils what became stale and hands every event to who wants it. While nobody can see
 * the page, in the tray, what is spoilt is only noted: nothing is asked for and nothing is drawn until it is shown.
 */
export async function startEvents(client: QueryClient): Promise<void> {
  let agent: Shell["agent"] | undefined;
  const asks = () => (isHidden() ? "none" : "active");
  document.addEventListener("visibilitychange", () => {
    if (isHidden()) return;
    if (agent) patchShell(client, agent);
    agent = undefined;
    catchUp(client);
  });
  (await transport()).listen({
    onEvent: (event) => {
      if (event.event === "stale") spoil(client, event, asks());
      else if (event.event === "missed") void client.invalidateQueries({ refetchType: asks() });
      // The agent's clock runs all the time: it is told, so that nobody asks for it.
      else if (event.event === "agent") {
        if (isHidden()) agent = event.agent;
        else patchShell(client, event.agent);
      }
      for (const listener of listeners) listener(event);
    },
    onGap: () => void client.invalidateQueries({ refetchType: asks() }),
    onLink: (isUp) => {
      if (isUp === linkUp) return;
      linkUp = isUp;
      for (const listener of linkListeners) listener();
    },
  });
}

function patchShell(client: QueryClient, agent: Shell["agent"]): void {
  client.setQueryData(keyOf("shell", {}), (before: Shell | undefined) => before && { ...before, agent });
}

/** Hears one kind of event while the caller is shown. */
export function useTold<K extends Kind>(kind: K, handler: (event: Told<K>) => void): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    const listener = (event: Event) => {
      if (event.event === kind) latest.current(event as Told<K>);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [kind]);
}

/** Whether the engine can be reached. */
export function useLink(): boolean {
  return useSyncExternalStore(
    (listener) => {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
    () => linkUp,
  );
}
