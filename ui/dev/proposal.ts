import type { Commands, Course, Proposal, ProposalStep, Wish } from "@/api/generated";
import { drawFile } from "./review";
import type { Drawing } from "./transport";

const automation = { source: "fleet", namespace: "flux-system", name: "flask-app" };

function manifest(kind: string, name: string): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1
kind: ${kind}
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 1m
`;
}

function fresh(path: string, text: string): ProposalStep {
  const lines = text.split("\n").length - 1;
  return {
    verb: "create",
    object: path,
    place: { at: "source", source: "fleet" },
    fields: [],
    file: { ...drawFile("x", path, "1", "2"), before: "", after: text, linesAdded: lines, linesRemoved: 0, lines },
  };
}

/** Proposals of every kind, none of which does anything; `proposal-run` is under way and `proposal-ran` is done. */
export function drawProposals({ now }: Drawing) {
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const inCluster = { at: "cluster", cluster: "staging" } as const;
  const proposal = (id: string, wish: Wish, change: Partial<Proposal> = {}): Proposal => ({
    proposal: id,
    wish,
    steps: [],
    notes: [],
    commit: null,
    run: null,
    revision: null,
    obstacle: null,
    remedy: null,
    madeAt: ago(20),
    course: { course: "proposed" },
    output: [],
    ...change,
  });
  const suspend = (isSuspended: boolean): ProposalStep => ({
    verb: isSuspended ? "suspend" : "resume",
    object: "ImageUpdateAutomation flux-system/flask-app",
    place: inCluster,
    fields: [{ field: "spec.suspend", old: isSuspended ? null : "true", new: isSuspended ? "true" : null }],
    file: null,
  });
  const mode = (old: string, next: string): ProposalStep => ({
    verb: "setMode",
    object: "fleet flux-system/flask-app",
    place: { at: "here" },
    fields: [{ field: "mode", old, new: next }],
    file: null,
  });
  const handOver = (id: string, wish: Extract<Wish, { wish: "handOver" }>) =>
    proposal(id, wish, {
      steps:
        wish.to === "here"
          ? [suspend(true), mode("observe", wish.mode ?? "review")]
          : [mode("review", "observe"), suspend(false)],
      notes:
        wish.to === "here"
          ? [
              {
                code: "staysSuspended",
                words: "Git does not say spec.suspend, so Flux leaves it suspended there until somebody resumes it.",
              },
            ]
          : [],
    });
  const deployment = "Deployment flask-app/flask-app";
  const apply = (id: string): Proposal =>
    proposal(
      id,
      {
        wish: "apply",
        kustomization: { source: "fleet", namespace: "flux-system", name: "apps" },
        cluster: "lab",
      },
      {
        revision: "main@sha1:3f1c2a90000000000000000000000000000000aa",
        steps: [
          {
            verb: "create",
            object: "Namespace flask-app",
            place: { at: "cluster", cluster: "lab" },
            fields: [],
            file: {
              ...drawFile("x", "Namespace flask-app", "1", "2"),
              before: "",
              after: "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flask-app\n",
              linesAdded: 4,
              linesRemoved: 0,
            },
          },
          {
            verb: "change",
            object: deployment,
            place: { at: "cluster", cluster: "lab" },
            fields: [],
            file: drawFile("flask-app", deployment, "1.0.3", "1.0.5"),
          },
          {
            verb: "delete",
            object: "ConfigMap flask-app/old-settings",
            place: { at: "cluster", cluster: "lab" },
            fields: [],
            file: {
              ...drawFile("x", "ConfigMap flask-app/old-settings", "1", "2"),
              before: "apiVersion: v1\ndata:\n  is: old\nkind: ConfigMap\nmetadata:\n  name: old-settings\n",
              after: "",
              linesAdded: 0,
              linesRemoved: 6,
            },
          },
          {
            verb: "keep",
            object: "Service flask-app/flask-app",
            place: { at: "cluster", cluster: "lab" },
            fields: [],
            file: null,
          },
        ],
      },
    );
  const exported = (id: string, wish: Extract<Wish, { wish: "export" }>): Proposal => {
    const folder = "clusters/staging/flux-system";
    return proposal(id, wish, {
      steps: [
        fresh(`${folder}/worker-automation.yaml`, manifest("ImageUpdateAutomation", "worker")),
        fresh(`${folder}/worker-policy.yaml`, manifest("ImagePolicy", "worker")),
        {
          verb: "change",
          object: "apps/worker/deployment.yaml",
          place: { at: "source", source: "fleet" },
          fields: [],
          file: drawFile("worker", "apps/worker/deployment.yaml", "1.0.0", "1.0.0 # marked"),
        },
        {
          verb: "use",
          object: "GitRepository flux-system/fleet",
          place: { at: "source", source: "fleet" },
          fields: [],
          file: null,
        },
      ],
      commit: {
        source: "fleet",
        branch: "main",
        base: "3f1c2a90000000000000000000000000000000aa",
        message:
          "Let Deployment/worker be released by flux-system:worker\n\n- clusters/staging/flux-system/worker-policy.yaml\n",
      },
    });
  };
  const command =
    "flux bootstrap github --hostname=github.com --owner=acme --repository=fleet --branch=main --path=clusters/lab --context=kind-lab --components-extra=image-reflector-controller,image-automation-controller --read-write-key";
  const bootstrap = (id: string, course: Course, change: Partial<Proposal> = {}): Proposal =>
    proposal(
      id,
      { wish: "bootstrap", repository: "fleet", cluster: "lab", isPersonal: false, withImages: true },
      {
        run: { command, token: "kept in the keychain for github.com", program: "/usr/local/bin/flux" },
        course,
        ...change,
      },
    );
  const said = [
    "► connecting to github.com",
    '► cloning branch "main" from Git repository "https://github.com/acme/fleet.git"',
    "✔ cloned repository",
    "► generating component manifests",
    "✔ generated component manifests",
  ];
  const checks = [
    { what: "GitRepository flux-system/flux-system", isFine: true, words: "stored artifact for revision main@3f1c2a9" },
    { what: "Deployment flux-system/image-automation-controller", isFine: false, words: "0 of 1 is ready" },
  ];
  const known: Record<string, Proposal> = {
    "proposal-here": handOver("proposal-here", { wish: "handOver", automation, cluster: "staging", to: "here" }),
    "proposal-there": handOver("proposal-there", { wish: "handOver", automation, cluster: "staging", to: "cluster" }),
    "proposal-apply": apply("proposal-apply"),
    "proposal-export": exported("proposal-export", { wish: "export", source: "fleet", workload: "Deployment/worker" }),
    "proposal-bare": bootstrap(
      "proposal-bare",
      { course: "proposed" },
      {
        run: { command, token: null, program: null },
        obstacle: {
          code: "invalidRequest",
          message: "there is no token for github.com",
          hint: "keep one: sluice credential add forge github.com < TOKEN",
        },
        remedy: {
          words: "keep a token for github.com",
          action: { do: "signIn", kind: "forge", target: "github.com" },
        },
      },
    ),
    "proposal-run": bootstrap(
      "proposal-run",
      { course: "running", since: ago(12), stop: "possible" },
      { output: said },
    ),
    "proposal-ran": bootstrap(
      "proposal-ran",
      { course: "done", at: ago(2), commit: null, checks },
      { output: [...said, "✔ all components are healthy"] },
    ),
    "proposal-late": proposal(
      "proposal-late",
      { wish: "handOver", automation, cluster: "staging", to: "here" },
      {
        steps: [suspend(true), mode("observe", "review")],
        course: {
          course: "failed",
          at: ago(2),
          error: {
            code: "planOutdated",
            message: "flux-system/flask-app would write something else now than what was shown",
            hint: "look at it again",
          },
        },
      },
    ),
  };
  const ofWish = (wish: Wish): Proposal => {
    switch (wish.wish) {
      case "handOver":
        return handOver(wish.to === "here" ? "proposal-here" : "proposal-there", wish);
      case "apply":
        return apply("proposal-apply");
      case "export":
        return exported("proposal-export", wish);
      case "bootstrap":
        return bootstrap("proposal-bare", { course: "proposed" });
    }
  };
  return {
    propose: ({ wish }: Commands["propose"]["request"]) => ofWish(wish),
    proposal: ({ proposal: id }: Commands["proposal"]["request"]) => {
      const found = known[id];
      if (!found) throw { code: "notFound", message: "this proposal is over", hint: "" };
      return found;
    },
    carryOut: ({ proposal: id }: Commands["carryOut"]["request"]): Proposal => ({
      ...(known[id] ?? apply(id)),
      course: { course: "running", since: ago(0), stop: "never" },
    }),
    stopProposal: ({ proposal: id }: Commands["stopProposal"]["request"]): Proposal => ({
      ...(known[id] ?? apply(id)),
      course: { course: "stopped", at: ago(0), checks },
    }),
    discardProposal: () => ({}),
    exportables: () => ({
      workloads: [
        {
          workload: "Deployment/flask-app",
          namespace: "test",
          image: "docker.io/acme/flask-app",
          value: "docker.io/acme/flask-app:1.0.3",
          path: "test/deployment.yml",
          line: 20,
          isMarked: true,
          range: "1.0.x",
        },
        {
          workload: "Deployment/worker",
          namespace: "jobs",
          image: "ghcr.io/acme/worker",
          value: "ghcr.io/acme/worker:1.0.0",
          path: "apps/worker/deployment.yaml",
          line: 17,
          isMarked: false,
          range: "1.0.x",
        },
        {
          workload: "CronJob/cleaner",
          namespace: "jobs",
          image: "ghcr.io/acme/cleaner",
          value: "ghcr.io/acme/cleaner:nightly",
          path: "apps/cleaner/cronjob.yaml",
          line: 22,
          isMarked: false,
          range: null,
        },
      ],
    }),
  };
}
