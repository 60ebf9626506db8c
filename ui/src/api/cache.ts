import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { type CacheTag, commands, type Event, type ObjectRef, type QueryName } from "./generated";

/** The key of a question: its name and what it asks. */
export function keyOf(name: QueryName, request: unknown): QueryKey {
  return [name, request];
}

type Stale = Pick<Extract<Event, { event: "stale" }>, "tags" | "policy" | "source">;

/**
 * Whether an answer is spoilt: it reads one of the tags and, where the event names a policy or a source, its request names
 * the same one or none.
 */
export function isSpoilt(key: QueryKey, stale: Stale): boolean {
  const [name, request] = key as [QueryName, { policy?: ObjectRef; source?: string } | undefined];
  const command = commands[name];
  if (!command) return false;
  const reads: readonly CacheTag[] = command.reads;
  if (!stale.tags.some((tag) => reads.includes(tag))) return false;
  if (stale.policy && request?.policy && !same(stale.policy, request.policy)) return false;
  return !(stale.source && typeof request?.source === "string" && stale.source !== request.source);
}

function same(a: ObjectRef, b: ObjectRef): boolean {
  return a.source === b.source && a.namespace === b.namespace && a.name === b.name;
}

/**
 * Asks again for what is spoilt and on the screen; what is spoilt and not shown is asked for when it is. With `none` nothing
 * is asked for now: see {@link catchUp}.
 */
export function spoil(client: QueryClient, stale: Stale, asks: "active" | "none" = "active"): void {
  if (stale.tags.length === 0) return;
  void client.invalidateQueries({ predicate: (query) => isSpoilt(query.queryKey, stale), refetchType: asks });
}

/** Asks for what is on the screen and was spoilt while nobody looked. */
export function catchUp(client: QueryClient): void {
  void client.refetchQueries({ type: "active", predicate: (query) => query.state.isInvalidated });
}
