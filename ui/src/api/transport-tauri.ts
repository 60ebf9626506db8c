import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Event } from "./generated";
import type { Transport } from "./transport";

/**
 * The desktop's channel: one command `call` for all of the list, one event `sluice` for all that is told. This is the only
 * file that knows of Tauri.
 */
export const tauriTransport: Transport = {
  call: (name, request) => invoke("call", { name, request }),
  listen: ({ onEvent, onLink }) => {
    const stop = listen<Event>("sluice", ({ payload }) => onEvent(payload));
    void stop.then(() => onLink(true));
    return () => void stop.then((unlisten) => unlisten());
  },
};
