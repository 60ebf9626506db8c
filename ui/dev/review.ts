import type { Commands, GateCheck, Plan, Review } from "@/api/generated";
import type { Drawing } from "./transport";

function manifest(name: string, tag: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: test
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: ${name}
        image: docker.io/acme/${name}:${tag} # {"$imagepolicy": "flux-system:${name}"}
        imagePullPolicy: IfNotPresent
        ports:
        - containerPort: 5000
          name: http
        env:
        - name: LOG_LEVEL
          value: "info"
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
`;
}

export function drawFile(name: string, path: string, from: string, to: string) {
  const before = manifest(name, from);
  const after = manifest(name, to);
  return {
    path,
    before,
    after,
    diff: "",
    isLarge: false,
    bytesBefore: before.length,
    bytesAfter: after.length,
    lines: 28,
    linesAdded: 1,
    linesRemoved: 1,
    bytesChanged: 1,
    lineEnds: "lf" as const,
    endsWithNewline: true,
  };
}

const checks: GateCheck[] = [
  { check: "review", state: "opensWithRelease", words: "this sheet", gates: [] },
  { check: "coolDown", state: "open", words: "over since Sun 10:04", gates: [] },
  { check: "window", state: "open", words: "any time", gates: [] },
  { check: "hold", state: "open", words: "none on 1.0.5", gates: [] },
  { check: "downgrade", state: "open", words: "1.0.5 ranks above 1.0.3", gates: [] },
  { check: "conflict", state: "open", words: "no other writer", gates: [] },
  { check: "failure", state: "open", words: "none since 13 Nov", gates: [] },
  { check: "writeAccess", state: "open", words: "tested 14:30", gates: [] },
];

type Drawn = [name: string, from: string, to: string, step: "patch" | "minor", path: string, reason: string];

function plan(source: string, changes: Drawn[]): Plan {
  return {
    plan: `p-${source}`,
    target: {
      source,
      remote: `github.com/acme/${source}`,
      checkout: "main",
      branch: "main",
      createsBranch: false,
      automation: { source, namespace: "flux-system", name: source },
    },
    base: "3f1c2a9d0e1b2c3d4e5f60718293a4b5c6d7e8f9",
    changes: changes.map(([name, from, to, step, path, reason]) => ({
      change: name,
      policy: { source, namespace: "flux-system", name },
      title: name,
      version: { from: { tag: from, digest: null }, to: { tag: to, digest: null }, step, isDowngrade: false },
      reason,
      because: { by: "rule", rule: "semver", value: "1.x" },
      fields: [],
      edits: [
        {
          place: { source, path, line: 18, column: 16 },
          old: `docker.io/acme/${name}:${from}`,
          new: `docker.io/acme/${name}:${to}`,
          object: `Deployment test/${name}`,
        },
      ],
      gates: [],
    })),
    files: changes.map(([name, from, to, , path]) => drawFile(name, path, from, to)),
    message: `Update ${changes.map(([name, , to]) => `${name} to ${to}`).join(", ")}\n\nAutomation: flux-system/${source}\n${changes
      .map(([name, from, to, , path]) => `- ${path}\n  acme/${name}: ${from} -> ${to}`)
      .join("\n")}\n`,
    messageFrom: "template",
    author: { name: "fluxcdbot", email: "bot@acme.dev" },
    signature: null,
    checks,
    freshness: "current",
    obstacle: null,
    skipsWait: false,
  };
}

export function drawReview({ now }: Drawing) {
  const sheet: Review = {
    review: "s-1",
    intent: { intent: "release", policies: [] },
    plans: [
      plan("fleet", [
        [
          "flask-app",
          "1.0.3",
          "1.0.5",
          "patch",
          "test/deployment.yml",
          "Newest in 1.0.x that has cooled. 1.0.4 is held, 1.0.6 cools until Thu 09:12.",
        ],
      ]),
      plan("shop", [
        ["checkout", "4.18.2", "4.19.0", "minor", "checkout/prod.yaml", "Newest in 4.x. Cooled since 09:12."],
        [
          "storefront",
          "2026.11.2",
          "2026.11.4",
          "patch",
          "web/deploy.yaml",
          "Newest of 2026.x. 2026.11.3 was never in Git.",
        ],
      ]),
    ],
    leftOut: [],
    checkedAt: new Date(now - 2000).toISOString(),
    hold: null,
  };
  return {
    openReview: (): Commands["openReview"]["response"] => sheet,
    review: (): Commands["review"]["response"] => sheet,
    replan: (): Commands["replan"]["response"] => sheet,
    discardReview: () => ({}),
    release: ({ plans }: Commands["release"]["request"]): Commands["release"]["response"] => ({
      releases: plans.map((one, index) => ({ plan: one.plan, release: `r-${index + 2}` })),
    }),
  };
}
