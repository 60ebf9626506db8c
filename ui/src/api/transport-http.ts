import type { Event } from "./generated";
import type { Transport } from "./transport";

/**
 * A host on this machine: `POST /api/call/{name}` with the request as JSON answers 200 with the response, or another status
 * with a `WireError`; `GET /api/events` is a stream of server-sent events whose data is one `Event` each.
 */
export const httpTransport: Transport = {
  async call(name, request) {
    const response = await fetch(`/api/call/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw body;
    return body;
  },
  listen({ onEvent, onGap, onLink }) {
    const stream = new EventSource("/api/events");
    let opened = false;
    stream.onopen = () => {
      onLink(true);
      // The browser connects again by itself; what was told in between is lost.
      if (opened) onGap();
      opened = true;
    };
    stream.onerror = () => onLink(false);
    stream.onmessage = ({ data }: MessageEvent<string>) => onEvent(JSON.parse(data) as Event);
    return () => stream.close();
  },
};
