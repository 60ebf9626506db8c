export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Placement {
  x: number;
  y: number;
  /** The line that joins the card to its mark; absent when they would touch anyway. */
  leader?: { x1: number; y1: number; x2: number; y2: number };
}

export function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

const ringHalf = 12;
const apart = 18;

/**
 * Where the card stands: at the side of its mark that has more room, and never over the mark, a flag or a lane that the
 * policy can choose from, as long as there is such a place within the bounds. `clear` is where it would stand above or
 * below those lanes.
 */
export function placeCard(
  size: { width: number; height: number },
  mark: { x: number; y: number },
  bounds: Rect,
  avoid: readonly Rect[],
  clear: readonly { above?: number; below?: number }[],
): Placement {
  const own: Rect = { x: mark.x - ringHalf, y: mark.y - ringHalf, width: ringHalf * 2, height: ringHalf * 2 };
  const roomRight = bounds.x + bounds.width - mark.x;
  const roomLeft = mark.x - bounds.x;
  const keepX = (value: number) => Math.max(bounds.x, Math.min(bounds.x + bounds.width - size.width, value));
  const keepY = (value: number) => Math.max(bounds.y, Math.min(bounds.y + bounds.height - size.height, value));
  const beside = roomRight >= roomLeft ? mark.x + apart : mark.x - apart - size.width;
  const other = roomRight >= roomLeft ? mark.x - apart - size.width : mark.x + apart;
  // Standing over or under its mark, it hangs to the side with more room and its edge passes the mark by a little.
  const hanging = keepX(roomRight >= roomLeft ? mark.x - 8 : mark.x + 8 - size.width);

  const places: { x: number; y: number }[] = [
    { x: beside, y: mark.y - size.height / 2 },
    { x: other, y: mark.y - size.height / 2 },
    { x: hanging, y: mark.y - apart - size.height },
    { x: hanging, y: mark.y + apart + 14 },
  ];
  for (const { above, below } of clear) {
    if (above !== undefined) {
      places.push({ x: hanging, y: above - size.height }, { x: beside, y: above - size.height });
    }
    if (below !== undefined) places.push({ x: hanging, y: below });
  }
  let best = places[0] ?? { x: beside, y: mark.y };
  let least = Number.POSITIVE_INFINITY;
  places.forEach((place, index) => {
    const kept = { x: keepX(place.x), y: keepY(place.y) };
    const rect = { ...kept, ...size };
    const covered = overlap(rect, own) * 1000 + avoid.reduce((sum, area) => sum + overlap(rect, area), 0);
    const cost = covered + index * 0.5 + Math.abs(kept.y - place.y) * 0.2;
    if (cost < least) {
      least = cost;
      best = kept;
    }
  });
  return { ...best, leader: leader({ ...best, ...size }, mark) };
}

function leader(card: Rect, mark: { x: number; y: number }): Placement["leader"] {
  const right = card.x + card.width;
  const bottom = card.y + card.height;
  if (mark.x >= card.x && mark.x <= right) {
    if (bottom <= mark.y - ringHalf) return { x1: mark.x, y1: bottom, x2: mark.x, y2: mark.y - ringHalf };
    if (card.y >= mark.y + ringHalf) return { x1: mark.x, y1: card.y, x2: mark.x, y2: mark.y + ringHalf };
    return undefined;
  }
  if (mark.y >= card.y && mark.y <= bottom) {
    if (card.x > mark.x) return { x1: mark.x + ringHalf, y1: mark.y, x2: card.x, y2: mark.y };
    return { x1: right, y1: mark.y, x2: mark.x - ringHalf, y2: mark.y };
  }
  return undefined;
}
