import type {
  Beat,
  ClusterCredential,
  Commands,
  CredentialPlace,
  DeployKey,
  Diagnosis,
  Found,
  FoundImage,
  GitSource,
  Health,
  Heartbeat,
  HostKey,
  Registry,
} from "@/api/generated";
import type { Drawing } from "./transport";

const hour = 3_600_000;

const counts = {
  imageRepositories: 6,
  imagePolicies: 6,
  automations: 2,
  gitRepositories: 1,
  kustomizations: 3,
  markers: 7,
  markedFiles: 6,
  problems: 3,
  errors: 1,
};

export function drawSources({ now }: Drawing) {
  const iso = (at: number) => new Date(at).toISOString();
  const beats = (seed: number, failedAt?: number): Beat[] =>
    Array.from({ length: 48 }, (_, index) => ({
      fine: index === failedAt ? 2 : 12 + ((index * seed) % 9),
      failed: index === failedAt ? 6 : 0,
    }));
  const heartbeat = (seed: number, health: Health = "fine", rest: Partial<Heartbeat> = {}): Heartbeat => ({
    health,
    needsYou: health === "broken",
    lastAttempt: iso(now - seed * 1000),
    lastSuccess: iso(now - seed * 1000),
    nextTry: iso(now + (60 - seed) * 1000),
    failures: 0,
    words: null,
    problem: null,
    remedy: null,
    beats: beats(seed),
    ...rest,
  });
  const git = (source: string, seed: number, rest: Partial<GitSource> = {}): GitSource => ({
    source,
    address: `https://github.com/acme/${source}`,
    knownAs: [],
    branch: "main",
    commit: "3f1c2a9d0e1b2c3d4e5f60718293a4b5c6d7e8f9",
    mayWrite: true,
    mode: "review",
    isDemo: false,
    isFolder: false,
    heartbeat: heartbeat(seed),
    origin: { place: "gitHelper", username: "acme-dev", detail: "" },
    policies: 6,
    waiting: 0,
    ...rest,
  });
  const registry = (host: string, seed: number, place: CredentialPlace, rest: Partial<Registry> = {}): Registry => ({
    host,
    heartbeat: heartbeat(seed),
    origin: { place, username: place === "anonymous" ? null : "acme-ro", detail: "" },
    images: 3 + (seed % 9),
    waiting: 0,
    limit: null,
    isInsecure: false,
    ...rest,
  });
  const gits = [
    git("fleet", 12),
    git("edge", 17, {
      address: "git@github.com:acme/edge.git",
      origin: { place: "keychain", username: "git", detail: "ECDSA P-521" },
      waiting: 1,
      heartbeat: heartbeat(17, "attention", {
        beats: beats(17, 45),
        words: "ERROR: The key you are authenticating with has been marked as read only.",
        problem: {
          code: "keyReadOnly",
          message: "Fetching works; the push at 13:10 was refused.",
          hint: "The deploy key is read-only. 1 release waits for it: mailer 1.9.1.",
        },
        remedy: { words: "Use a key that may write.", action: { do: "registerKey", source: "edge" } },
      }),
    }),
    git("shop", 8, { address: "https://git.acme.dev/shop/deploy", mode: "auto" }),
    git("bank", 26, { address: "https://git.acme.dev/bank/gitops", mode: "observe", mayWrite: false }),
  ];
  const registries = [
    registry("docker.io", 9, "anonymous", {
      waiting: 2,
      limit: { limit: 100, remaining: 0, window: 21_600, at: iso(now - 44 * 60_000) },
      heartbeat: heartbeat(9, "attention", {
        lastSuccess: iso(now - 44 * 60_000),
        nextTry: iso(now + 19 * 60_000),
        failures: 3,
        beats: beats(9, 46),
        words: "429 toomanyrequests: You have reached your unauthenticated pull rate limit. Retry-After: 3720",
        problem: {
          code: "rateLimited",
          message: "Rate limited.",
          hint: "Anonymous pulls share 100 in 6 h with everyone behind your address; 2 images wait. Signed in you get your own limit.",
        },
        remedy: { words: "Sign in.", action: { do: "signIn", kind: "registry", target: "docker.io" } },
      }),
    }),
    registry("ghcr.io", 10, "dockerConfig"),
    registry("quay.io", 34, "dockerConfig"),
    registry("registry.acme.dev", 26, "keychain", { heartbeat: heartbeat(26, "fine", { beats: beats(26, 16) }) }),
  ];
  const problem = (id: string, rest: Partial<Diagnosis>): Diagnosis => ({
    id,
    code: "marker-unknown-policy",
    severity: "error",
    title: "",
    message: "",
    hint: "",
    source: "fleet",
    place: null,
    object: null,
    nearest: [],
    remedy: null,
    ...rest,
  });
  const image = (
    name: string,
    host: string,
    from: string,
    to: string | null,
    step: "patch" | "minor",
    rest: Partial<FoundImage> = {},
  ): FoundImage => ({
    policy: { source: "fleet", namespace: "flux-system", name },
    image: `${host}/acme/${name}`,
    inGit: { tag: from, digest: null },
    candidate:
      to === null
        ? null
        : { from: { tag: from, digest: null }, to: { tag: to, digest: null }, step, isDowngrade: false },
    state: to === null ? "upToDate" : "observed",
    problem: null,
    ...rest,
  });
  const found = (source: string): Found => {
    const own = gits.find((one) => one.source === source);
    return {
      source,
      address: own?.address ?? "https://github.com/acme/fleet",
      stage: { stage: "scanning", done: 4, total: 6 },
      lookedThrough: {
        source,
        branch: "main",
        commit: "3f1c2a9d0e1b2c3d4e5f60718293a4b5c6d7e8f9",
        files: 41,
        images: 9,
        markers: 7,
        at: iso(now - 6000),
      },
      counts,
      problems: [
        problem("d1", {
          title: "Marker names an unknown policy: flux-system:cart-ap",
          message: "No ImagePolicy of that name is in this repository.",
          place: { source, path: "apps/cart/deployment.yml", line: 24, column: 30 },
          nearest: ["flux-system:cart-api"],
        }),
        problem("d2", {
          severity: "warning",
          title: "Update path ./infra/prod does not exist",
          message: "Automation infra would change nothing.",
          hint: "Nearest folder: ./infra/production.",
          place: { source, path: "infra/automation.yml", line: 27, column: 5 },
        }),
        problem("d3", {
          severity: "hint",
          title: "An image without a marker",
          message: "docker.io/acme/flask-app:1.0.3 matches image repository flask-app.",
          place: { source, path: "tools/debug-pod.yml", line: 9, column: 16 },
        }),
      ],
      images: [
        image("flask-app", "docker.io", "1.0.3", "1.0.5", "patch"),
        image("pg-exporter", "quay.io", "0.15.0", "0.16.0", "minor"),
        image("kafka-bridge", "ghcr.io", "1.22.0", null, "patch", { state: "scanning" }),
        image("cart-api", "registry.acme.dev", "2.3.1", null, "patch", {
          state: "unknown",
          problem: { code: "credentialsRefused", message: "401 Unauthorized", hint: "" },
        }),
        image("redis", "docker.io", "8.2.3", null, "patch"),
      ],
      missing: [{ kind: "registry", target: "registry.acme.dev", words: "401 Unauthorized" }],
      mayWrite: own?.mayWrite ?? false,
      problem: null,
      remedy: null,
    };
  };
  const tested = {
    took: 412,
    steps: [
      { step: "reach" as const, words: "", problem: null },
      { step: "signIn" as const, words: "acme-dev", problem: null },
      { step: "read" as const, words: "3f1c2a9", problem: null },
      {
        step: "write" as const,
        words: "",
        problem: {
          code: "keyReadOnly" as const,
          message: "ERROR: The key you are authenticating with has been marked as read only.",
          hint: "Give the key write access on the server.",
        },
      },
    ],
  };
  const drawnImport: ClusterCredential[] = [
    {
      secret: "flux-system/flux-system",
      usedBy: ["GitRepository flux-system/flux-system"],
      kind: "gitSsh",
      target: "github.com/acme/fleet.git",
      state: "new",
      words: "",
    },
    {
      secret: "flux-system/registry-acme",
      usedBy: ["ImageRepository flux-system/flask-app", "ImageRepository flux-system/thumbnailer"],
      kind: "registry",
      target: "registry.acme.example",
      state: "kept",
      words: "",
    },
    {
      secret: "flux-system/signing-key",
      usedBy: ["ImageUpdateAutomation flux-system/flask-app"],
      kind: "signing",
      target: "flux-system/signing-key",
      state: "new",
      words: "",
    },
    {
      secret: "shop/pull-secret",
      usedBy: ["ImageRepository shop/checkout"],
      kind: null,
      target: "",
      state: "unusable",
      words: "its type is Opaque, which Flux passes over without a word: it must be kubernetes.io/dockerconfigjson",
    },
  ];
  const drawnKey: DeployKey = {
    algorithm: "ECDSA P-521",
    public:
      "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAFQ3+zGLmAkXbzHeioLSqb+Rx51bL0SL3xjSeOEwypauy4s edge@dev-cluster",
    fingerprint: "SHA256:+W8nfa8mvo+Eitt2Z8jAUaa3SC0o2xgp8EIRbqBVmuM",
    origin: { place: "keychain", username: "git", detail: "ECDSA P-521" },
    write: { state: "untried" },
  };
  const drawnHostKey: HostKey = {
    host: "github.com",
    algorithm: "ED25519",
    fingerprint: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    seenAt: iso(now - 5 * hour),
    trust: { trust: "published" },
  };
  return {
    sources: (): Commands["sources"]["response"] => ({ git: gits, registries, needYou: 2 }),
    source: ({ source }: Commands["source"]["request"]): Commands["source"]["response"] => {
      const own = gits.find((one) => one.source === source) ?? gits[0];
      if (!own) throw { code: "notFound", message: source, hint: "" };
      return {
        git: own,
        found: found(source),
        automations: [
          {
            automation: { source, namespace: "flux-system", name: "flux-system" },
            mode: own.mode,
            most: source === "edge" ? "review" : null,
            isSuspended: false,
            paused: null,
            branch: "main",
            path: "./test",
            interval: 100,
            policies: 6,
            lastRun: iso(now - 40_000),
            outcome: "nothing to do",
            nextRun: iso(now + 60_000),
            writer:
              source === "edge"
                ? { cluster: "prod-eu", automation: "flux-system/flux-system", lastRun: iso(now - 30_000) }
                : null,
          },
        ],
        key:
          source === "edge"
            ? {
                ...drawnKey,
                origin: own.origin,
                write: {
                  state: "refused",
                  at: iso(now - hour),
                  words: "ERROR: The key you are authenticating with has been marked as read only.",
                },
              }
            : null,
        hostKey: source === "edge" ? drawnHostKey : null,
      };
    },
    found: ({ source }: Commands["found"]["request"]): Commands["found"]["response"] => found(source),
    testRemote: ({ remote }: Commands["testRemote"]["request"]): Commands["testRemote"]["response"] =>
      remote.kind === "git" && remote.source === "edge" ? tested : { ...tested, steps: tested.steps.slice(0, 3) },
    credentials: (): Commands["credentials"]["response"] => ({
      kept: [
        {
          credential: "c1",
          kind: "registry",
          target: "registry.acme.dev",
          username: "acme-ro",
          createdAt: iso(now - 40 * 24 * hour),
          lastUsed: iso(now - 26_000),
          expiresAt: iso(now + 5 * 24 * hour),
          problem: null,
          key: null,
        },
        {
          credential: "c2",
          kind: "gitSsh",
          target: "github.com/acme/edge",
          username: "git",
          createdAt: iso(now - 9 * 24 * hour),
          lastUsed: iso(now - 17_000),
          expiresAt: null,
          problem: {
            code: "keyReadOnly",
            message: "ERROR: The key you are authenticating with has been marked as read only.",
            hint: "Give it write access on the server.",
          },
          key: null,
        },
      ],
      found: [
        {
          place: "gitHelper",
          detail: "libsecret",
          entries: [{ target: "github.com", username: "acme-dev" }],
          tried: { tried: "works", targets: ["fleet"] },
        },
        {
          place: "dockerConfig",
          detail: "~/.docker/config.json",
          entries: [
            { target: "ghcr.io", username: "acme-bot" },
            { target: "quay.io", username: "acme-ro" },
          ],
          tried: { tried: "works", targets: ["ghcr.io", "quay.io"] },
        },
        {
          place: "sshAgent",
          detail: "",
          entries: [{ target: "ED25519 you@laptop", username: null }],
          tried: { tried: "no" },
        },
      ],
    }),
    addCredential: (): Commands["addCredential"]["response"] => ({ credential: "c3", problem: null }),
    lookForClusterCredentials: () => ({ credentials: drawnImport }),
    importClusterCredentials: (): Commands["importClusterCredentials"]["response"] => ({
      credentials: drawnImport.map((one) => (one.state === "new" ? { ...one, state: "imported" } : one)),
    }),
    chooseVault: (): Commands["chooseVault"]["response"] => ({ moved: 3, left: [] }),
    exportKey: (): Commands["exportKey"]["response"] => ({ cluster: "dev", state: "created" }),
    checkKey: (): Commands["checkKey"]["response"] => ({
      forge: "GitHub at api.github.com",
      repository: "acme/edge",
      state: "known",
      mayWrite: false,
      title: "sluice@edge",
    }),
    testCredential: (): Commands["testCredential"]["response"] => ({ ...tested, steps: tested.steps.slice(0, 3) }),
    removeCredential: () => ({}),
    generateKey: (): Commands["generateKey"]["response"] => ({ credential: "c4", key: drawnKey }),
    registerKey: (): Commands["registerKey"]["response"] => ({
      forge: "GitHub at api.github.com",
      repository: "acme/edge",
      state: "allowed",
      mayWrite: true,
      title: "sluice@edge",
    }),
    scanHost: (): Commands["scanHost"]["response"] => ({ keys: [drawnHostKey] }),
    trustHost: (): Commands["trustHost"]["response"] => ({ keys: [] }),
    allowWriting: () => ({}),
    setKnownAs: () => ({}),
    addSource: (): Commands["addSource"]["response"] => ({ source: "fleet" }),
    startDemo: (): Commands["startDemo"]["response"] => ({ source: "demo" }),
    pickFolder: (): Commands["pickFolder"]["response"] => ({ path: "/home/you/fleet" }),
    removeSource: () => ({}),
    pauseAutomation: () => ({}),
    resumeAutomation: () => ({}),
  };
}
