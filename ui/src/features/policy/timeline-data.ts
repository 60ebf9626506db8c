import type { FlagOwner, PassedOver, PolicyClusters, Timeline as Wire } from "@/api/generated";
import { ms, msOf } from "@/lib/moment";
import type { Reason, TagDetails, TimelineData } from "./timeline/types";

/** Words that the drawing needs and the contract does not have: it is the same in every language. */
export interface TimelineWords {
  git: string;
  cooling: string;
  closed: string;
}

/** The contract's timeline as the drawing takes it, with what runs in clusters once that is known. */
export function timelineData(
  wire: Wire,
  now: number,
  words: TimelineWords,
  clusters: PolicyClusters = { flags: [], lines: [] },
): TimelineData {
  const reasons = wire.reasons.map(reasonOf);
  const ownerOf = (owner: FlagOwner) =>
    owner.kind === "git"
      ? ({ id: "git", label: words.git, kind: "git" } as const)
      : ({ id: `cluster ${owner.cluster}`, label: owner.cluster, kind: "environment" } as const);
  return {
    now,
    lanes: wire.lanes.map((lane) => ({
      name: lane.name,
      kind: lane.kind === "release" || lane.kind === "prerelease" ? "version" : lane.kind,
      inRange: lane.isInRange,
    })),
    tags: wire.tags.map((tag) => ({
      tag: tag.tag,
      label: tag.label,
      lane: tag.lane,
      at: ms(tag.at),
      mark: tag.mark === "passedOver" ? "passed" : tag.mark,
      coolingUntil: msOf(tag.coolsUntil),
      reason: tag.blocked
        ? { code: "blocked", detail: tag.blocked }
        : tag.reason === undefined
          ? undefined
          : reasons[tag.reason],
    })),
    chosen: wire.chosen ?? undefined,
    flags: [...wire.flags, ...clusters.flags].map(({ tag, owner }) => {
      const { label, kind } = ownerOf(owner);
      return { tag, label, kind };
    }),
    steps: [...wire.lines, ...clusters.lines].map((line) => ({
      ...ownerOf(line.owner),
      moves: line.treads.map((tread) => ({ at: ms(tread.at), tag: tread.tag, isRollback: tread.isRollback })),
    })),
    bands: wire.bands.map((band) => ({
      kind: band.kind === "coolDown" ? "cooling" : "freeze",
      from: ms(band.from),
      to: ms(band.to),
      label: band.kind === "coolDown" ? words.cooling : words.closed,
    })),
    upcoming: wire.upcoming.map((event) => ({
      tag: event.tag,
      at: ms(event.at),
      kind: event.kind === "cooled" ? "cooled" : "release",
    })),
  };
}

/** A reason with the one thing that it refers to. */
export function reasonOf(wire: PassedOver): Reason {
  return {
    code: wire.code,
    subject: wire.range ?? wire.pattern ?? wire.chosen,
    detail: wire.words,
  };
}

type Detail = import("@/api/generated").TagDetail;

export function tagDetails(wire: Detail): TagDetails {
  return {
    created: msOf(wire.created),
    firstSeen: msOf(wire.firstSeen),
    digest: wire.digest ?? undefined,
    size: wire.size ?? undefined,
    platforms: wire.platforms.length > 0 ? wire.platforms : undefined,
    labels: wire.labels.map(({ name, value }) => [name, value] as const),
  };
}
