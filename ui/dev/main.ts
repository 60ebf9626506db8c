import { replaceTransport } from "@/api/transport";
import { start } from "@/app/start";
import { drawnTransport } from "./transport";

// `/dev/?tags=10000&rows=10000` draws as many; it is not part of the shipped bundle.
const asked = new URLSearchParams(location.search);
replaceTransport(
  drawnTransport({ tags: Number(asked.get("tags") ?? 0), rows: Number(asked.get("rows") ?? 0), now: Date.now() }),
);
void start();
