import type { GitSource, Heartbeat, Registry, Remote } from "@/api/generated";

/** A remote of either kind, as the list shows it. */
export type Row =
  | { kind: "git"; id: string; name: string; git: GitSource; heartbeat: Heartbeat; remote: Remote }
  | { kind: "registry"; id: string; name: string; registry: Registry; heartbeat: Heartbeat; remote: Remote };

export function gitRow(git: GitSource): Row {
  return {
    kind: "git",
    id: git.source,
    name: git.source,
    git,
    heartbeat: git.heartbeat,
    remote: { kind: "git", source: git.source },
  };
}

export function registryRow(registry: Registry): Row {
  return {
    kind: "registry",
    id: registry.host,
    name: registry.host,
    registry,
    heartbeat: registry.heartbeat,
    remote: { kind: "registry", host: registry.host },
  };
}

/** Whether a person is wanted. */
export function needsYou(heartbeat: Heartbeat): boolean {
  return heartbeat.needsYou;
}
