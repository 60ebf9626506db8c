import type { Pill } from "./dense";
import type { Scene } from "./scene";

/** What lies under the pointer. */
export type Hit =
  | { kind: "mark"; index: number; x: number; y: number }
  | { kind: "pill"; pill: Pill; x: number; y: number };

/** Half of the area in which a mark is hit: 24 pixels in all. */
const reach = 12;

/** The nearest mark or pill within reach. A mark wins over a pill: what stands alone stands there for a reason. */
export function hit(scene: Scene, x: number, y: number): Hit | undefined {
  let best: Hit | undefined;
  let least = reach + 0.5;
  for (const { lane, marks, pills } of scene.lanes) {
    if (y < lane.top || y >= lane.top + lane.height || Math.abs(y - lane.line) > reach + 10) continue;
    for (const mark of marks) {
      // The name under a mark belongs to it, so that the reach downwards is longer.
      const dy = y > lane.line ? Math.max(0, y - lane.line - 8) : lane.line - y;
      const distance = Math.hypot(mark.x - x, dy);
      if (distance < least) {
        least = distance;
        best = { kind: "mark", index: mark.index, x: mark.x, y: lane.line };
      }
    }
    if (best) continue;
    for (const pill of pills) {
      if (Math.abs(pill.x - x) <= pill.width / 2 + 2 && Math.abs(y - lane.line) <= reach) {
        best = { kind: "pill", pill, x: pill.x, y: lane.line };
      }
    }
  }
  return best;
}
