import type { Commands, Gate, InboxItem, StuckRollout, Wait } from "@/api/generated";
import { gate } from "./images";
import type { Drawing } from "./transport";

const hour = 3_600_000;
const day = 24 * hour;

type Line = [
  wait: Wait,
  name: string,
  from: string,
  to: string,
  step: "patch" | "minor" | "major" | "digest",
  age: number,
  place: string,
  words: string,
];

const lines: Line[] = [
  [
    "ready",
    "flask-app",
    "1.0.3",
    "1.0.5",
    "patch",
    5 * day,
    "fleet:test/deployment.yml:18",
    "Newest in 1.0.x that has cooled; 1.0.6 is cooling",
  ],
  [
    "ready",
    "checkout",
    "4.18.2",
    "4.19.0",
    "minor",
    3 * day,
    "shop:checkout/prod.yaml:27",
    "Newest in 4.x, cooled since 09:12",
  ],
  [
    "ready",
    "storefront",
    "2026.11.2",
    "2026.11.4",
    "patch",
    2 * day,
    "shop:web/deploy.yaml:31",
    "Newest of 2026.x; 2026.11.3 skipped",
  ],
  [
    "ready",
    "pg-exporter",
    "0.15.0",
    "0.16.0",
    "minor",
    6 * day,
    "fleet:infra/pg.yaml:44",
    "Newest in 0.x, waits for you since Thu",
  ],
  [
    "ready",
    "nginx",
    "@4c7a19e",
    "@b02d5f8",
    "digest",
    9 * hour,
    "fleet:edge/nginx.yaml:22",
    "Tag 1.27 points to a new digest",
  ],
  ["cooling", "payments-api", "7.2.4", "7.3.0", "minor", 30 * hour, "shop:payments/prod.yaml:19", "Too young"],
  ["cooling", "search-indexer", "2.9.1", "2.9.2", "patch", 20 * hour, "shop:search/deploy.yaml:25", "Too young"],
  ["window", "ledger", "3.4.0", "3.4.1", "patch", 4 * day, "bank:ledger/prod.yaml:33", "prod nights opens at 22:00"],
  ["held", "thumbnailer", "0.8.4", "0.8.5", "patch", 12 * day, "shop:media/thumbs.yaml:17", "Held"],
  [
    "blocked",
    "mailer",
    "1.9.0",
    "1.9.1",
    "patch",
    2 * day,
    "edge:mail/deployment.yaml:21",
    "Push refused: the deploy key is read-only",
  ],
  [
    "blocked",
    "metrics-agent",
    "0.42.1",
    "0.43.0",
    "minor",
    3 * hour,
    "fleet:infra/agent.yaml:36",
    "docker.io rate limit until 14:51; last success 13:48",
  ],
  [
    "stuck",
    "api-gateway",
    "6.3.0",
    "6.3.1",
    "patch",
    5 * hour,
    "edge:gateway/prod.yaml:29",
    "The push was refused twice, tried again at 14:51",
  ],
];

const gates: Record<Wait, Gate["code"]> = {
  ready: "review",
  cooling: "coolDown",
  window: "window",
  approval: "review",
  held: "hold",
  blocked: "failure",
  stuck: "failure",
};

function item([wait, name, from, to, step, age, place, words]: Line, now: number): InboxItem {
  const iso = (at: number) => new Date(at).toISOString();
  const [source = "", path = "", line = "1"] = place.split(":");
  const version = (text: string) =>
    text.startsWith("@") ? { tag: null, digest: `sha256:${text.slice(1)}00000000` } : { tag: text, digest: null };
  const shut = gate(gates[wait], now);
  return {
    policy: { source, namespace: "flux-system", name },
    image: `docker.io/acme/${name}`,
    change: { from: version(from), to: version(to), step, isDowngrade: false },
    firstSeen: iso(now - age),
    places: [{ source, path, line: Number(line), column: 16 }],
    words,
    gates: [
      {
        ...shut,
        hold: shut.hold && { ...shut.hold, until: iso(now + 6 * day) },
        detail:
          wait === "blocked" || wait === "stuck"
            ? "ERROR: The key you are authenticating with has been marked as read only."
            : null,
      },
    ],
    waitsSince: wait === "cooling" ? iso(now - age) : null,
    waitsUntil: wait === "cooling" ? iso(now - age + (name === "payments-api" ? 3 : 1) * day) : null,
    next: {
      kind: wait === "ready" ? "review" : wait === "stuck" ? "lookAfter" : "mend",
      at: wait === "window" ? iso(now + 7 * hour) : null,
      since: iso(now - age / 2),
      remedy:
        wait === "blocked"
          ? name === "mailer"
            ? { words: "Use a key that may write.", action: { do: "registerKey", source: "edge" } }
            : { words: "Sign in to docker.io.", action: { do: "signIn", kind: "registry", target: "docker.io" } }
          : null,
    },
    release: wait === "stuck" ? "r-1" : null,
    automation: { source, namespace: "flux-system", name },
  };
}

/** A release that is in Git and does not get on in a cluster. */
function stuckIn(cluster: string, now: number): StuckRollout {
  return {
    release: "r-1",
    cluster,
    source: "fleet",
    changes: [
      {
        policy: { source: "fleet", namespace: "flux-system", name: "checkout" },
        title: "checkout",
        version: {
          from: { tag: "2.4.0", digest: null },
          to: { tag: "2.4.1", digest: null },
          step: "patch",
          isDowngrade: false,
        },
        fields: [],
      },
    ],
    reason: "ImagePullBackOff",
    words:
      'pod shop/checkout-5d4f9-x2, container checkout: ImagePullBackOff: Back-off pulling image "ghcr.io/acme/checkout:2.4.1"',
    since: new Date(now - 840_000).toISOString(),
    canUndo: true,
  };
}

export function drawInbox({ now }: Drawing) {
  const rollouts = [stuckIn("prod-eu", now)];
  const groups = (Object.keys(gates) as Wait[]).flatMap((wait) => {
    const items = lines.filter(([one]) => one === wait).map((line) => item(line, now));
    return items.length > 0 ? [{ wait, items }] : [];
  });
  return {
    inbox: (): Commands["inbox"]["response"] => ({
      groups,
      rollouts,
      total: lines.length + rollouts.length,
      asOf: null,
    }),
    snooze: () => ({}),
    startPage: () => ({ page: null }),
  };
}
