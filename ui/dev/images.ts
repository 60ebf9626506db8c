import type { Commands, Gate, GateCode, ImageRow, ImageState, NextKind, Rule, Step } from "@/api/generated";
import type { Drawing } from "./transport";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Line = [
  name: string,
  namespace: string,
  image: string,
  inGit: string,
  to: string,
  step: Step | null,
  age: number,
  rule: string,
  state: ImageState,
  gate: GateCode | null,
  next: NextKind,
];

const lines: Line[] = [
  [
    "api-gateway",
    "edge",
    "ghcr.io/acme/api-gateway",
    "6.3.1",
    "",
    null,
    5 * hour,
    "6.x",
    "stuck",
    "failure",
    "lookAfter",
  ],
  [
    "kafka-bridge",
    "flux-system",
    "ghcr.io/acme/kafka-bridge",
    "1.22.0",
    "2.0.0",
    "major",
    6 * day,
    ">=1.20",
    "approval",
    "review",
    "approve",
  ],
  [
    "flask-app",
    "flux-system",
    "docker.io/acme/flask-app",
    "1.0.3",
    "1.0.5",
    "patch",
    5 * day,
    "1.0.x",
    "ready",
    "review",
    "review",
  ],
  [
    "pg-exporter",
    "flux-system",
    "quay.io/acme/pg-exporter",
    "0.15.0",
    "0.16.0",
    "minor",
    6 * day,
    "0.x",
    "ready",
    "review",
    "review",
  ],
  [
    "checkout",
    "shop",
    "ghcr.io/acme/checkout",
    "4.18.2",
    "4.19.0",
    "minor",
    3 * day,
    "4.x",
    "ready",
    "review",
    "review",
  ],
  [
    "storefront",
    "shop",
    "ghcr.io/acme/storefront",
    "2026.11.2",
    "2026.11.4",
    "patch",
    2 * day,
    "2026.x",
    "ready",
    "review",
    "review",
  ],
  ["mailer", "edge", "ghcr.io/acme/mailer", "1.9.0", "1.9.1", "patch", 2 * day, "1.x", "blocked", "failure", "mend"],
  [
    "metrics-agent",
    "flux-system",
    "docker.io/acme/metrics-agent",
    "0.42.1",
    "0.43.0",
    "minor",
    3 * hour,
    "0.x",
    "blocked",
    "failure",
    "retry",
  ],
  [
    "search-indexer",
    "shop",
    "ghcr.io/acme/search-indexer",
    "2.9.1",
    "2.9.2",
    "patch",
    20 * hour,
    "~2.9",
    "cooling",
    "coolDown",
    "becomeReady",
  ],
  [
    "ledger",
    "bank",
    "registry.acme.dev/ledger",
    "3.4.0",
    "3.4.1",
    "patch",
    4 * day,
    "3.4.x",
    "window",
    "window",
    "release",
  ],
  [
    "thumbnailer",
    "shop",
    "ghcr.io/acme/thumbnailer",
    "0.8.4",
    "0.8.5",
    "patch",
    12 * day,
    "0.8.x",
    "held",
    "hold",
    "holdEnds",
  ],
  [
    "cert-manager",
    "flux-system",
    "quay.io/jetstack/cert-manager-controller",
    "1.18.2",
    "1.19.1",
    "minor",
    18 * day,
    "1.x",
    "observed",
    "observe",
    "watch",
  ],
  [
    "auth-proxy",
    "edge",
    "quay.io/oauth2-proxy/oauth2-proxy",
    "7.12.0",
    "",
    null,
    33 * day,
    "7.x",
    "upToDate",
    null,
    "check",
  ],
  ["catalog", "shop", "ghcr.io/acme/catalog", "3.11.7", "", null, 6 * day, "3.x", "upToDate", null, "check"],
  ["image-proxy", "edge", "ghcr.io/acme/image-proxy", "1.4.2", "", null, 15 * day, "^1.4", "upToDate", null, "check"],
  ["loki", "monitoring", "docker.io/grafana/loki", "3.5.8", "", null, 22 * day, "~3.5", "scanning", null, "check"],
  ["redis", "flux-system", "docker.io/library/redis", "8.2.3", "", null, 30 * day, "8.2.x", "unknown", null, "retry"],
];

export function gate(code: GateCode, now: number): Gate {
  const opens: Partial<Record<GateCode, number>> = { coolDown: now + 3.5 * hour, window: now + 7 * hour };
  const at = opens[code];
  return {
    code,
    words: code,
    opensAt: at === undefined ? null : new Date(at).toISOString(),
    opensFor: code === "review" ? "given" : null,
    detail: code === "failure" ? "the remote refused the push" : null,
    hold:
      code === "hold"
        ? { tag: "0.8.4", reason: "waits for libvips 8.16", until: null, since: null, by: "you", isInGit: false }
        : null,
    remedy: null,
  };
}

function row(line: Line, now: number, index: number): ImageRow {
  const [name, namespace, image, inGit, to, step, age, range, state, code, next] = line;
  const iso = (time: number) => new Date(time).toISOString();
  const soon: Partial<Record<NextKind, number>> = {
    becomeReady: 3.5 * hour,
    release: 7 * hour,
    retry: 19 * minute,
    check: ((index * 7) % 50) * 1000 + 8000,
    holdEnds: 6 * day,
  };
  const source = ["fleet", "shop", "bank", "edge"].find((one) => one === namespace) ?? "fleet";
  const wait = soon[next];
  return {
    policy: { source, namespace, name },
    image,
    registry: image.split("/")[0] ?? null,
    inGit: { tag: inGit, digest: null },
    inGitDiffers: false,
    candidate:
      to === ""
        ? null
        : { from: { tag: inGit, digest: null }, to: { tag: to, digest: null }, step, isDowngrade: false },
    chosen: to || inGit,
    firstSeen: iso(now - age),
    rule: { kind: "semver", value: range, isFiltered: false, reflectsDigest: false },
    mode: state === "observed" ? "observe" : "review",
    gates: code === null ? [] : [gate(code, now)],
    state,
    next: {
      kind: next,
      at: wait === undefined ? null : iso(now + wait),
      since: wait === undefined ? iso(now - age / 2) : null,
      remedy:
        next === "mend"
          ? { words: "Use a key that may write.", action: { do: "signIn", kind: "gitSsh", target: "github.com" } }
          : null,
    },
    checkedAt: state === "unknown" ? iso(now - 44 * minute) : iso(now - ((index * 13) % 50) * 1000 - 8000),
    isStale: state === "unknown",
    tags: 100 + index,
    repositories: [source],
    automation: null,
  };
}

export function drawImages({ rows, now }: Drawing): {
  images: (request: Commands["images"]["request"]) => Commands["images"]["response"];
  shell: () => Commands["shell"]["response"];
  savedViews: () => Commands["savedViews"]["response"];
  checkNow: () => Commands["checkNow"]["response"];
} {
  const all = lines.map((line, index) => row(line, now, index));
  for (let index = all.length; index < rows; index += 1) {
    const line = lines[index % lines.length];
    if (line) all.push(row([`${line[0]}-${index}`, ...line.slice(1)] as Line, now, index));
  }
  const iso = (time: number) => new Date(time).toISOString();
  return {
    images: () => ({ rows: all, unscanned: 1, asOf: null, lookedThrough: [] }),
    savedViews: () => ({
      views: [{ name: "Ready in shop", filter: "state:ready repo:shop", sort: null, isDescending: false, columns: [] }],
    }),
    checkNow: () => ({ asked: 12 }),
    shell: () => ({
      counters: { inbox: 13, ready: 5, images: all.length, releases: 2, releasesFailed: 1, sourcesAttention: 2 },
      sources: { total: 12, needYou: 2, health: "attention", checkedAt: iso(now - 12_000) },
      agent: { isHere: true, elsewhere: null, paused: null, nextCheckAt: iso(now + 48_000), working: null },
      network: { state: "online" },
      keychain: { state: "open", file: null },
      tray: { state: "ready", count: 5, lastRelease: null },
      isEmpty: false,
      isDemo: false,
    }),
  };
}

export const drawnRule: Rule = { kind: "semver", range: "1.0.x" };
