import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { type KeyMap, useKeys } from "./keys";

/**
 * Something a person can do here. Declared once by the page that can do it; from that come its key, its line on the key
 * sheet and its entry in the palette, so that the three can't disagree.
 */
export interface Action {
  id: string;
  label: string;
  /** Such as `h`, `Shift+ArrowUp`, `Mod+b`. */
  keys?: string;
  /** A few words at the right of the palette's line. */
  hint?: string;
  icon?: ReactNode;
  /** Whether it belongs to the page that is open or to the whole window. */
  scope: "page" | "window";
  /** Left out of the palette: keys that only move about. */
  keysOnly?: boolean;
  /** The key is heard by a part of the page itself; here it is only listed. */
  heardElsewhere?: boolean;
  run: () => void;
}

interface Registry {
  actions: readonly Action[];
  register: (owner: string, actions: readonly Action[]) => () => void;
}

const ActionsContext = createContext<Registry | null>(null);

export function ActionsProvider({ children }: { children: ReactNode }) {
  const [owners, setOwners] = useState<ReadonlyMap<string, readonly Action[]>>(new Map());
  const register = useCallback((owner: string, actions: readonly Action[]) => {
    setOwners((before) => new Map(before).set(owner, actions));
    return () =>
      setOwners((before) => {
        const after = new Map(before);
        after.delete(owner);
        return after;
      });
  }, []);
  const registry = useMemo(() => ({ actions: [...owners.values()].flat(), register }), [owners, register]);
  return <ActionsContext value={registry}>{children}</ActionsContext>;
}

function useRegistry(): Registry {
  const registry = useContext(ActionsContext);
  if (!registry) throw new Error("actions are used outside of ActionsProvider");
  return registry;
}

/** Every action that is possible now, for the palette and the key sheet. */
export function useAllActions(): readonly Action[] {
  return useRegistry().actions;
}

/** Offers actions while the caller is shown. What `run` closes over may change on every render. */
export function useActions(actions: readonly Action[]): void {
  const owner = useId();
  const { register } = useRegistry();
  const latest = useRef(actions);
  latest.current = actions;

  // The list on screen changes only when its words or keys do; `run` is looked up when it is needed.
  const shape = actions.map(({ id, label, keys, hint, scope }) => [id, label, keys, hint, scope].join("\t")).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for what matters in `actions`
  useEffect(
    () =>
      register(
        owner,
        latest.current.map((action) => ({
          ...action,
          run: () => latest.current.find(({ id }) => id === action.id)?.run(),
        })),
      ),
    [owner, register, shape],
  );

  const map: KeyMap = {};
  for (const action of actions) if (action.keys && !action.heardElsewhere) map[action.keys] = () => action.run();
  useKeys(map);
}
