import { useSyncExternalStore } from "react";

/**
 * One clock for every age on the screen. It ticks only while somebody looks and something listens, and asks nobody:
 * ages move because time does, not because the backend was polled.
 */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private time = Date.now();

  constructor(private readonly every: number) {
    document.addEventListener("visibilitychange", () => this.arrange());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.arrange();
    return () => {
      this.listeners.delete(listener);
      this.arrange();
    };
  };

  readonly read = (): number => {
    // Between ticks the answer must not change, or React would render forever.
    if (this.timer === undefined && Date.now() - this.time >= this.every) this.time = Date.now();
    return this.time;
  };

  private arrange(): void {
    const wanted = this.listeners.size > 0 && document.visibilityState !== "hidden";
    if (wanted && this.timer === undefined) {
      this.tick();
      this.timer = setInterval(() => this.tick(), this.every);
    } else if (!wanted && this.timer !== undefined) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private tick(): void {
    this.time = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const seconds = new Clock(1000);
const halfMinutes = new Clock(30_000);

/** The present in milliseconds since 1970, renewed each second or each half minute. */
export function useNow(pace: "second" | "half-minute"): number {
  const clock = pace === "second" ? seconds : halfMinutes;
  return useSyncExternalStore(clock.subscribe, clock.read);
}
