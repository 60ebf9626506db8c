import type { Inbox, InboxItem, StuckRollout, Wait } from "@/api/generated";
import { idOf } from "@/domain/policy-id";
import { type Filter, passes } from "@/lib/filter";

/** An item with why it waits, however the list is grouped. */
export interface Entry {
  id: string;
  wait: Wait;
  item: InboxItem;
}

export type GroupBy = "reason" | "repository";

export interface Group {
  key: string;
  /** Why its entries wait, where that is what groups them. */
  wait?: Wait;
  entries: Entry[];
}

export const filterKeys = ["repo", "policy", "wait"] as const;

/** The inbox as groups, in the engine's order, narrowed by the filter. Groups without entries are left out. */
export function groupsOf(inbox: Inbox, by: GroupBy, filter: Filter): Group[] {
  const entries = inbox.groups.flatMap(({ wait, items }) =>
    items.map((item): Entry => ({ id: idOf(item.policy), wait, item })),
  );
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    if (!passes(filter, fieldsOf(entry), wordsOf(entry))) continue;
    const key = by === "reason" ? entry.wait : entry.item.policy.source;
    const group = groups.get(key) ?? { key, ...(by === "reason" ? { wait: entry.wait } : {}), entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  return by === "reason" ? all : all.sort((a, b) => a.key.localeCompare(b.key));
}

/** The releases that are stuck, by cluster, narrowed by the same filter. */
export function stuckOf(inbox: Inbox, filter: Filter): { cluster: string; rollouts: StuckRollout[] }[] {
  const groups = new Map<string, StuckRollout[]>();
  for (const rollout of inbox.rollouts) {
    const names = rollout.changes.map(({ title }) => title);
    const fields = { repo: [rollout.source], policy: names, wait: ["stuck"] };
    const versions = rollout.changes.map(({ version }) => version?.to.tag ?? "");
    if (!passes(filter, fields, [...names, ...versions, rollout.cluster, rollout.reason, rollout.words])) continue;
    groups.set(rollout.cluster, [...(groups.get(rollout.cluster) ?? []), rollout]);
  }
  return [...groups].map(([cluster, rollouts]) => ({ cluster, rollouts }));
}

function fieldsOf({ wait, item }: Entry): Record<string, readonly string[]> {
  return {
    repo: [item.policy.source, ...item.places.map(({ source }) => source)],
    policy: [item.policy.name],
    wait: [wait],
  };
}

function wordsOf({ item }: Entry): string[] {
  return [item.policy.name, item.policy.namespace, item.image, item.change.to.tag ?? "", item.words];
}

/** Whether a release could be planned for it; what failed is looked after in its own place. */
export function canReview({ wait }: Entry): boolean {
  return wait !== "stuck";
}

/** Every id between two of a list, both included, whichever stands first. */
export function between(ids: readonly string[], from: string, to: string): string[] {
  const a = ids.indexOf(from);
  const b = ids.indexOf(to);
  return a < 0 || b < 0 ? [] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** How far a wait that ends by itself has come, from 0 to 1. */
export function waited(since: number, until: number, now: number): number {
  return until <= since ? 1 : Math.max(0, Math.min(1, (now - since) / (until - since)));
}
