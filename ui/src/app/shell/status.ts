import type { StateTone } from "@/components/state";
import type { ScreenId } from "../screens";

/** A figure in the rail: something to do, a plain count, or a warning. */
export interface Counter {
  n: number;
  tone: "todo" | "plain" | "warn" | "bad";
}

export type Counters = Partial<Record<ScreenId, Counter>>;

/** The rail's last line. */
export interface Foot {
  tone: StateTone;
  state: "fine" | "attention" | "offline" | "paused" | "working" | "none";
  count?: number;
  /** When the next check is, in milliseconds since 1970. */
  nextCheck?: number;
}
