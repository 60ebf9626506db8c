import type { Shell } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { msOf } from "@/lib/moment";
import type { Counters, Foot } from "./status";

/** The rail's figures. Until they are known there are none, and no nought that would be a claim. */
export function useShellStatus(): { counters: Counters; foot: Foot | undefined; shell: Shell | undefined } {
  const { data } = useAsk("shell", {});
  return data
    ? { counters: counters(data), foot: foot(data), shell: data }
    : { counters: {}, foot: undefined, shell: undefined };
}

export function counters({ counters: n }: Shell): Counters {
  const figures: Counters = {};
  if (n.inbox > 0) figures.inbox = { n: n.inbox, tone: "todo" };
  if (n.images > 0) figures.images = { n: n.images, tone: "plain" };
  if (n.releasesFailed > 0) figures.releases = { n: n.releasesFailed, tone: "bad" };
  else if (n.releases > 0) figures.releases = { n: n.releases, tone: "plain" };
  if (n.sourcesAttention > 0) figures.sources = { n: n.sourcesAttention, tone: "warn" };
  return figures;
}

/** What matters most comes first: no network, a pause, sources in need, work under way, and then that all is fine. */
export function foot({ sources, agent, network }: Shell): Foot {
  const nextCheck = msOf(agent.nextCheckAt);
  if (network.state === "offline") return { tone: "stale", state: "offline", nextCheck: msOf(network.nextTryAt) };
  if (agent.paused) return { tone: "paused", state: "paused", nextCheck: msOf(agent.paused.until) };
  if (sources.total === 0) return { tone: "waiting", state: "none" };
  if (sources.needYou > 0) return { tone: "degraded", state: "attention", count: sources.needYou, nextCheck };
  if (agent.working) return { tone: "progressing", state: "working" };
  return { tone: "healthy", state: "fine", count: sources.total, nextCheck };
}
