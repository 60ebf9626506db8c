import type { Event } from "./generated";

/**
 * How the window reaches the engine. There are two: the desktop's own channel, and plain HTTP to a host on this machine
 * that answers the same commands (the browser tests). Neither is the network.
 */
export interface Transport {
  /** Sends a command by its name. Rejects with a `WireError`, or with anything else when nobody answered at all. */
  call(name: string, request: unknown): Promise<unknown>;
  /**
   * Listens to what the engine tells by itself. `onGap` is called when events may have been lost, `onLink` whenever the
   * engine is reached or lost. Answers how to stop.
   */
  listen(handlers: { onEvent: (event: Event) => void; onGap: () => void; onLink: (isUp: boolean) => void }): () => void;
}

let current: Promise<Transport> | undefined;

/** Uses this transport instead of the one that fits. For tests and the drawing board, before the first call. */
export function replaceTransport(transport: Transport): void {
  current = Promise.resolve(transport);
}

/** The transport that fits: the desktop's when the page runs inside of it. */
export function transport(): Promise<Transport> {
  current ??=
    "__TAURI_INTERNALS__" in window
      ? import("./transport-tauri").then((module) => module.tauriTransport)
      : import("./transport-http").then((module) => module.httpTransport);
  return current;
}
