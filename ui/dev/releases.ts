import type { Commands, ReleaseRow, ReleaseState, RolloutRow, Starter, TrailKind, TrailStep } from "@/api/generated";
import { drawFile } from "./review";
import type { Drawing } from "./transport";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Line = [
  release: string,
  state: ReleaseState,
  name: string,
  from: string,
  to: string,
  by: Starter["by"],
  age: number,
];

const lines: Line[] = [
  ["r-1", "stuck", "api-gateway", "6.3.0", "6.3.1", "you", 26 * minute],
  ["r-2", "pushing", "payments-api", "7.2.3", "7.2.4", "agent", 2 * minute],
  ["r-3", "queued", "ledger", "3.4.0", "3.4.1", "agent", 5 * minute],
  ["r-4", "pushed", "storefront", "2026.11.1", "2026.11.2", "agent", 31 * minute],
  ["r-5", "failed", "mailer", "1.9.0", "1.9.1", "you", 50 * minute],
  ["r-6", "pushed", "identity", "5.0.2", "5.0.3", "you", day],
  ["r-7", "pushed", "orders", "2.14.1", "2.14.2", "you", day + hour],
  ["r-8", "superseded", "catalog", "3.11.6", "3.11.7", "agent", day + 2 * hour],
  ["r-9", "pushed", "flask-app", "1.0.4", "1.0.3", "you", 11 * day],
  ["r-10", "pushed", "flask-app", "1.0.3", "1.0.4", "agent", 11 * day + 6 * hour],
];

function row([release, state, name, from, to, by, age]: Line, now: number): ReleaseRow {
  const at = new Date(now - age).toISOString();
  const committed = state !== "queued" && state !== "failed";
  return {
    release,
    state,
    changes: [
      {
        policy: { source: "fleet", namespace: "flux-system", name },
        title: name,
        version: {
          from: { tag: from, digest: null },
          to: { tag: to, digest: null },
          step: "patch",
          isDowngrade: release === "r-9",
        },
        fields: [],
      },
    ],
    target: {
      source: "fleet",
      remote: "github.com/acme/fleet",
      checkout: "main",
      branch: "main",
      createsBranch: false,
      automation: null,
    },
    commit: committed ? "8d21f04c3a7e91b2c3d4e5f60718293a4b5c6d7e" : null,
    started: by === "person" ? { by, name: "mira" } : { by },
    createdAt: at,
    updatedAt: at,
    undoes: release === "r-9" ? "r-10" : null,
    undoneBy: release === "r-10" ? "r-9" : null,
  };
}

function trail(one: ReleaseRow): TrailStep[] {
  const failed = one.state === "failed";
  const pushed = one.state === "pushed" || one.state === "superseded" || one.state === "stuck";
  return [
    { step: "planned", state: "done", at: one.createdAt, words: "1 edit", commit: null },
    {
      step: "pushed",
      state: failed ? "failed" : pushed ? "done" : one.state === "pushing" ? "working" : "waiting",
      at: pushed ? one.updatedAt : null,
      words: one.commit?.slice(0, 7) ?? "",
      commit: one.commit,
    },
    ...(["fetched", "applied", "rolledOut", "healthy"] as const).map(
      (step): TrailStep => ({ step, state: "unknown", at: null, words: "", commit: null }),
    ),
  ];
}

/** One cluster where it is stuck, one where it runs. */
function rollouts(now: number): RolloutRow[] {
  const at = new Date(now - 240_000).toISOString();
  const step = (kind: TrailKind, state: TrailStep["state"], words = ""): TrailStep => ({
    step: kind,
    state,
    at: state === "done" ? at : null,
    words,
    commit: null,
  });
  const words = 'Back-off pulling image "ghcr.io/acme/checkout-api:1.0.2"';
  return [
    {
      cluster: "staging",
      state: "stuck",
      reason: "ImagePullBackOff",
      words,
      steps: [
        step("fetched", "done"),
        step("applied", "done"),
        step("rolledOut", "failed", words),
        step("healthy", "waiting"),
      ],
      requestedAt: at,
      request: "GitRepository flux-system/fleet, Kustomization flux-system/apps",
      updatedAt: at,
    },
    {
      cluster: "prod-eu",
      state: "healthy",
      reason: "",
      words: "",
      steps: [step("fetched", "done"), step("applied", "done"), step("rolledOut", "done"), step("healthy", "done")],
      requestedAt: at,
      request: "GitRepository flux-system/fleet, Kustomization flux-system/apps",
      updatedAt: at,
    },
  ];
}

export function drawReleases({ now }: Drawing) {
  const rows = lines.map((line) => row(line, now));
  return {
    releases: ({ show, text = "" }: Commands["releases"]["request"]): Commands["releases"]["response"] => ({
      releases: rows.filter(
        (one) =>
          (show === "all" ||
            (show === "mine" ? one.started.by === "you" : one.state === "failed" || one.state === "stuck")) &&
          (one.changes[0]?.title ?? "").includes(text),
      ),
      open: 3,
      done: 212,
      hasMore: false,
    }),
    releaseDetail: ({ release }: Commands["releaseDetail"]["request"]): Commands["releaseDetail"]["response"] => {
      const found = rows.find((one) => one.release === release) ?? rows[0];
      if (!found) throw { code: "notFound", message: `no release ${release}`, hint: "" };
      const [change] = found.changes;
      const failed = found.state === "failed";
      return {
        row: found,
        trail: trail(found),
        rollouts: found.state === "stuck" ? rollouts(now) : [],
        files: [
          drawFile(
            change?.title ?? "",
            `apps/${change?.title}/deployment.yml`,
            change?.version?.from?.tag ?? "",
            change?.version?.to.tag ?? "",
          ),
        ],
        edits: [],
        message: `Update ${change?.title} to ${change?.version?.to.tag}\n`,
        commitUrl: null,
        failure: failed
          ? {
              code: "keyReadOnly",
              message: "ERROR: The key you are authenticating with has been marked as read only.",
              hint: "The deploy key of fleet may read and not write. Use one that may write, then try again.",
            }
          : null,
        remedy: failed
          ? { words: "Use a key that may write.", action: { do: "registerKey", source: found.target.source } }
          : null,
        undo:
          (found.state === "pushed" || found.state === "stuck") && found.undoneBy === null
            ? { can: "yes" }
            : { can: "no", code: "undone", why: "it was taken back already", policy: null },
      };
    },
    retryRelease: () => ({ review: "s-1" }) as Commands["retryRelease"]["response"],
  };
}
