import { useMemo, useState } from "react";
import { between } from "./grouping";

export interface Picks {
  /** The row under the keyboard. */
  current: string | undefined;
  setCurrent: (id: string | undefined) => void;
  picked: ReadonlySet<string>;
  toggle: (id: string) => void;
  /** Picks everything from the last toggled row to this one. */
  extend: (id: string) => void;
  pickAll: (ids: readonly string[]) => void;
  clear: () => void;
}

/** What is picked in a list, by mouse and keyboard alike. What left the list is no longer picked. */
export function usePicks(ids: readonly string[]): Picks {
  const [current, setCurrent] = useState<string>();
  const [raw, setRaw] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string>();
  const picked = useMemo(() => new Set(ids.filter((id) => raw.has(id))), [ids, raw]);
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setRaw(next);
    setAnchor(id);
    setCurrent(id);
  };
  return {
    current: current !== undefined && ids.includes(current) ? current : undefined,
    setCurrent,
    picked,
    toggle,
    extend: (id) => {
      const from = anchor ?? current ?? id;
      setRaw(new Set([...picked, ...between(ids, from, id)]));
      if (anchor === undefined) setAnchor(from);
      setCurrent(id);
    },
    pickAll: (more) => {
      const all = more.length > 0 && more.every((id) => picked.has(id));
      setRaw(all ? new Set([...picked].filter((id) => !more.includes(id))) : new Set([...picked, ...more]));
    },
    clear: () => {
      setRaw(new Set());
      setAnchor(undefined);
    },
  };
}
