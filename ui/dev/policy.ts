import type { Commands, Lane, PassedOver, Timeline, TimelineTag, WhyStep } from "@/api/generated";
import { drawnRule, gate } from "./images";
import type { Drawing } from "./transport";

const hour = 3_600_000;
const day = 24 * hour;

/** A small random number generator, so that a drawing is the same each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const reasons: PassedOver[] = [
  { code: "behind", words: "ranks below 1.0.5", chosen: "1.0.5" },
  { code: "outsideRange", words: "outside 1.0.x", range: "1.0.x" },
  { code: "prerelease", words: "a prerelease, and 1.0.x admits none", range: "1.0.x" },
  { code: "notAVersion", words: "not a version" },
];

function drawTimeline(now: number, more: number): Omit<Timeline, "policy"> {
  const iso = (time: number) => new Date(time).toISOString();
  const tags: TimelineTag[] = [];
  const lanes: Lane[] = [];
  const lane = (name: string, kind: Lane["kind"], isInRange = false) => {
    lanes.push({ name, kind, tags: 0, isInRange, firstAt: iso(now - 60 * day), lastAt: iso(now) });
    return lanes.length - 1;
  };
  const put = (tag: string, at: number, to: number, rest: Partial<TimelineTag>) => {
    tags.push({
      tag,
      at: iso(now - at * day),
      firstSeen: iso(now - at * day + 9000),
      lane: to,
      mark: "passedOver",
      ...rest,
    });
  };
  const rc = lane("2.0-rc", "prerelease");
  const next = lane("1.1", "release");
  const current = lane("1.0", "release", true);
  for (const [index, at] of [8.4, 5.4, 2].entries()) {
    put(`2.0.0-rc.${index + 1}`, at, rc, { label: `rc.${index + 1}`, reason: 2 });
  }
  for (const [index, at] of [9.2, 7.4, 5.7, 4].entries()) put(`1.1.${index}`, at, next, { reason: 1 });
  for (const [tag, at, rest] of [
    ["1.0.0", 34.2, { reason: 0 }],
    ["1.0.1", 27, { reason: 0 }],
    ["1.0.2", 21.1, { reason: 0 }],
    ["1.0.3", 14.9, { reason: 0 }],
    ["1.0.4", 11, { mark: "blocked", blocked: "OOMKilled on start, see #482" }],
    ["1.0.5", 5.1, {}],
    ["1.0.6", 1.2, { mark: "cooling", reason: 0, coolsUntil: iso(now + 1.8 * day) }],
  ] as const) {
    put(tag, at, current, { mark: "matches", ...rest });
  }
  const roll = random(7);
  if (more > 0) {
    const extra = Array.from({ length: 40 }, (_, index) => lane(`0.${40 - index}`, "release"));
    for (let index = 0; index < more * 0.8; index += 1) {
      const to = Math.floor(roll() * extra.length);
      put(`0.${40 - to}.${index}`, 40 + to * 12 + roll() * 60, extra[to] ?? 0, { reason: 1 });
    }
  }
  const other = lane("", "other");
  const count = more > 0 ? Math.round(more * 0.2) : 163;
  for (let index = 0; index < count; index += 1) {
    put(`sha-${(index * 48271 + 0x1000000).toString(16).slice(-7)}`, 0.6 + roll() * (more > 0 ? 500 : 40), other, {
      reason: 3,
    });
  }
  tags.sort((a, b) => a.at.localeCompare(b.at));
  for (const tag of tags) {
    const own = lanes[tag.lane];
    if (own) own.tags += 1;
  }
  const tread = (at: number, tag: string, isRollback = false) => ({
    at: iso(now - at * day),
    tag,
    commit: "3f1c2a9d0e1b2c3d4e5f60718293a4b5c6d7e8f9",
    author: "fluxcdbot",
    subject: `Update flask-app to ${tag}`,
    isRollback,
  });
  return {
    tags,
    lanes,
    reasons,
    chosen: "1.0.5",
    flags: [{ tag: "1.0.3", owner: { kind: "git" }, since: iso(now - 10.8 * day) }],
    lines: [
      {
        owner: { kind: "git" },
        treads: [
          tread(34, "1.0.0"),
          tread(26.2, "1.0.1"),
          tread(20.1, "1.0.2"),
          tread(14.2, "1.0.3"),
          tread(11.05, "1.0.4"),
          tread(10.8, "1.0.3", true),
        ],
        hasOlder: false,
      },
    ],
    bands: [{ kind: "coolDown", from: iso(now - 3 * day), to: iso(now) }],
    upcoming: [{ tag: "1.0.6", at: iso(now + 1.8 * day), kind: "cooled" }],
    isTruncated: false,
  };
}

export function drawPolicy({ now, tags }: Drawing) {
  const iso = (time: number) => new Date(time).toISOString();
  const place = { source: "fleet", path: "test/deployment.yml", line: 18, column: 16 };
  const move = {
    from: { tag: "1.0.3", digest: null },
    to: { tag: "1.0.5", digest: null },
    step: "patch" as const,
    isDowngrade: false,
  };
  const counts = { tags: 177, excluded: 0, filtered: 163, outside: 7, matching: 7, fallOut: 0, comeIn: 0 };
  const drawn = drawTimeline(now, tags);
  const step = (facts: WhyStep["facts"], state: WhyStep["state"] = "fine"): WhyStep => ({
    facts,
    state,
    words: "",
    detail: "",
    remedy: null,
  });
  return {
    policy: ({ policy }: Commands["policy"]["request"]): Commands["policy"]["response"] => ({
      policy,
      image: "docker.io/acme/flask-app",
      imageRepository: { ...policy },
      rule: { rule: drawnRule, pattern: "^\\d+\\.\\d+\\.\\d+(-rc\\.\\d+)?$" },
      chip: { kind: "semver", value: "1.0.x", isFiltered: true, reflectsDigest: false },
      place: { ...place, path: "test/policy.yml", line: 9 },
      exclusions: [],
      chosen: move.to,
      chosenAt: iso(now - 2 * day),
      inGit: move.from,
      candidate: move,
      problem: null,
      state: "ready",
      gates: [gate("review", now)],
      next: { kind: "review", at: null, since: iso(now - 2 * day), remedy: null },
      holds: [
        {
          tag: "1.0.4",
          reason: "OOMKilled on start, see #482",
          until: null,
          since: iso(now - 10 * day),
          by: "you",
          isInGit: true,
        },
      ],
      coolDown: 3 * 86_400,
      automations: [
        {
          automation: { ...policy },
          mode: "review",
          most: null,
          branch: "main",
          interval: 100,
          isSuspended: false,
          paused: null,
          writer: null,
        },
      ],
      used: [
        {
          place,
          value: "docker.io/acme/flask-app:1.0.3",
          line: '        image: docker.io/acme/flask-app:1.0.3 # {"$imagepolicy": "flux-system:flask-app"}',
          part: "reference",
          object: "Deployment test/flask-app",
          automation: { ...policy },
        },
      ],
      ignored: [],
      diagnoses: [
        {
          id: "d1",
          code: "marker-missing",
          severity: "hint",
          title: "Image without a marker",
          message: "Same image, no marker: Sluice leaves that line alone.",
          hint: "",
          source: "fleet",
          place: { ...place, path: "tools/debug-pod.yml", line: 9 },
          object: null,
          nearest: [],
          remedy: null,
        },
      ],
      checkedAt: iso(now - 12_000),
      nextCheckAt: iso(now + 48_000),
      lastError: null,
    }),
    timeline: ({ policy }: Commands["timeline"]["request"]): Commands["timeline"]["response"] => ({ policy, ...drawn }),
    policyClusters: (): Commands["policyClusters"]["response"] => ({ flags: [], lines: [] }),
    tag: ({ tag }: Commands["tag"]["request"]): Commands["tag"]["response"] => ({
      tag,
      reference: `docker.io/acme/flask-app:${tag}`,
      digest: "sha256:7be1c0d94a52be10aa6b0c13df1c9d54f8f0f9a7c31d4e22b90ab3f6d5c4e8a1",
      digests: [],
      created: drawn.tags.find((one) => one.tag === tag)?.at ?? null,
      firstSeen: drawn.tags.find((one) => one.tag === tag)?.firstSeen ?? null,
      goneAt: null,
      size: 48_200_000 + tag.length * 100_000,
      platforms: ["linux/amd64", "linux/arm64"],
      labels: [
        { name: "org.opencontainers.image.source", value: "https://github.com/acme/flask-app" },
        { name: "org.opencontainers.image.revision", value: "8d21f04" },
        { name: "org.opencontainers.image.version", value: tag },
      ],
      reason: null,
      problem: null,
    }),
    whyNot: (_: Commands["whyNot"]["request"]): Commands["whyNot"]["response"] => ({
      groups: [],
      suggestion: {
        draft: { rule: { kind: "semver", range: "1.x" }, pattern: "^\\d+\\.\\d+\\.\\d+(-rc\\.\\d+)?$" },
        chosen: "1.1.3",
      },
    }),
    tryPolicy: ({ draft }: Commands["tryPolicy"]["request"]): Commands["tryPolicy"]["response"] => {
      const wide = draft.rule.kind === "semver" && draft.rule.range === "1.x";
      return {
        chosen: wide ? "1.1.3" : "1.0.5",
        extracted: null,
        change: wide ? { from: move.to, to: { tag: "1.1.3", digest: null }, step: "minor", isDowngrade: false } : null,
        counts: { ...counts, comeIn: wide ? 4 : 0 },
        fallOut: [],
        comeIn: wide
          ? ["1.1.3", "1.1.2", "1.1.1", "1.1.0"].map((tag, index) => ({ tag, reason: index === 0 ? null : 0 }))
          : [],
        reasons: [{ code: "behind", words: "ranks below 1.1.3", chosen: "1.1.3" }],
        problem: null,
      };
    },
    policyHistory: (_: Commands["policyHistory"]["request"]): Commands["policyHistory"]["response"] => ({
      entries: [
        {
          at: iso(now - 10.8 * day),
          event: {
            event: "written",
            change: { from: { tag: "1.0.4", digest: null }, to: move.from, step: "patch", isDowngrade: true },
            commit: "3f1c2a9",
            author: "you",
            release: "r1",
            isRollback: true,
          },
        },
        {
          at: iso(now - 10.9 * day),
          event: {
            event: "held",
            hold: { tag: "1.0.3", reason: "OOMKilled", until: null, since: null, by: "you", isInGit: false },
          },
        },
        {
          at: iso(now - 11.05 * day),
          event: {
            event: "written",
            change: { from: move.from, to: { tag: "1.0.4", digest: null }, step: "patch", isDowngrade: false },
            commit: "8d21f04",
            author: "fluxcdbot",
            release: null,
            isRollback: false,
          },
        },
        {
          at: iso(now - 14.2 * day),
          event: {
            event: "written",
            change: { from: { tag: "1.0.2", digest: null }, to: move.from, step: "patch", isDowngrade: false },
            commit: "77aa001",
            author: "fluxcdbot",
            release: null,
            isRollback: false,
          },
        },
      ],
      hasMore: true,
    }),
    why: ({ policy }: Commands["why"]["request"]): Commands["why"]["response"] => ({
      policy,
      next: move.to,
      nextSeen: iso(now - 5.1 * day),
      now: move.from,
      nowSince: iso(now - 10.8 * day),
      steps: [
        step({ step: "scanned", tags: 177, at: iso(now - 12_000), nextAt: iso(now + 48_000), error: null }),
        step({ step: "filtered", counts }),
        step({ step: "chosen", tag: "1.0.5", reason: null, matching: 7, cooling: 1 }),
        step({ step: "marker", places: [place], files: 1, ignored: 0 }),
        step({ step: "automation", automation: { ...policy }, mode: "review", branch: "main", interval: 100 }),
        step({ step: "gate", gates: [gate("review", now)], since: iso(now - 2 * day) }, "waiting"),
        step({ step: "pushed", commit: "3f1c2a9d0e1b2c3d", at: iso(now - 10.8 * day), error: null }),
        step({ step: "applied", commit: null }, "unknown"),
        step({ step: "running", tag: null }, "unknown"),
      ],
      words: "1.0.5 waits for you.",
      command: `sluice why ${policy.namespace}/${policy.name}`,
    }),
    signatures: ({ commits }: Commands["signatures"]["request"]): Commands["signatures"]["response"] => ({
      signatures: commits.map((commit) =>
        commit.startsWith("3f1c2a9")
          ? {
              commit,
              state: "good",
              kind: "ssh",
              key: "SHA256:Zk1s7eN0qkq2m0Jr5cVtT8yXfYw3o4uB6dHnLrPzQ9E",
              by: "robin@acme.example",
              words: "a good signature of robin@acme.example",
            }
          : { commit, state: "unsigned", kind: null, key: "", by: "", words: "the commit is not signed" },
      ),
      problems: [],
    }),
    setMode: () => ({}),
    hold: () => ({}),
    liftHold: () => ({}),
  };
}
