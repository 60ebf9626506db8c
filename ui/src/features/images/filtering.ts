import type { ImageRow } from "@/api/generated";
import type { FilterVocabulary } from "@/components/filter-box";
import { type Filter, passes } from "@/lib/filter";

/** The keys that the filter of this table knows. */
export const filterKeys = ["state", "repo", "policy", "registry", "mode"] as const;

function fields(row: ImageRow): Record<(typeof filterKeys)[number], string[]> {
  return {
    state: [row.state],
    repo: row.repositories,
    policy: [row.policy.name, `${row.policy.namespace}/${row.policy.name}`],
    registry: row.registry === null ? [] : [row.registry],
    mode: row.mode === null ? [] : [row.mode],
  };
}

export function matchesFilter(filter: Filter, row: ImageRow): boolean {
  return passes(filter, fields(row), [row.policy.namespace, row.policy.name, row.image ?? "", ...row.repositories]);
}

/** What may stand after each key, from the rows that are there. */
export function vocabulary(rows: readonly ImageRow[]): FilterVocabulary {
  const values = Object.fromEntries(filterKeys.map((key) => [key, new Set<string>()])) as Record<
    (typeof filterKeys)[number],
    Set<string>
  >;
  for (const row of rows) {
    const own = fields(row);
    for (const key of filterKeys) {
      const [first] = own[key];
      if (first !== undefined) values[key].add(first);
    }
  }
  return Object.fromEntries(filterKeys.map((key) => [key, [...values[key]].sort()]));
}

const urgency: Record<ImageRow["state"], number> = {
  stuck: 0,
  approval: 1,
  ready: 2,
  blocked: 3,
  releasing: 4,
  cooling: 5,
  window: 6,
  held: 7,
  observed: 8,
  unknown: 9,
  scanning: 10,
  upToDate: 11,
  unused: 12,
};

/** What wants a person first, then what happens soonest by itself. */
export function nextRank(row: ImageRow): number {
  const at = row.next.at === null ? 0 : Date.parse(row.next.at) / 1e13;
  return urgency[row.state] + Math.min(0.99, at);
}
