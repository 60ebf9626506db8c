import { useEffect, useRef, useState } from "react";

export interface OpenCard {
  index: number;
  pinned: boolean;
}

const opensAfter = 120;
const closesAfter = 180;

/** Which tag's card is open. It opens a moment after the pointer rests, can be entered, and stays when it is pinned. */
export function useCard() {
  const [card, setCard] = useState<OpenCard>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = (milliseconds: number, work: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(work, milliseconds);
  };
  return {
    card,
    /** The pointer is over a tag, or over none. */
    hover: (index: number | undefined) => {
      if (card?.pinned) return;
      if (index === undefined) later(closesAfter, () => setCard((now) => (now?.pinned ? now : undefined)));
      else if (card?.index === index) clearTimeout(timer.current);
      // A card that is open already moves to its neighbour at once.
      else later(card ? 60 : opensAfter, () => setCard({ index, pinned: false }));
    },
    /** The pointer is inside of the card. */
    keep: () => clearTimeout(timer.current),
    open: (index: number, pinned: boolean) => {
      clearTimeout(timer.current);
      setCard({ index, pinned });
    },
    close: () => {
      clearTimeout(timer.current);
      setCard(undefined);
    },
  };
}
