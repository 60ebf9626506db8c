import type { AppCell, Apps, ClusterDetail, ClusterRow, Commands } from "@/api/generated";
import type { Drawing } from "./transport";

/** Three clusters, of which one does not answer, and what runs in them. */
export function drawClusters({ now }: Drawing) {
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const row = (cluster: string, change: Partial<ClusterRow> = {}): ClusterRow => ({
    cluster,
    context: `kind-${cluster}`,
    version: "v1.33.1",
    latency: 12,
    namespaces: [],
    isReadOnly: false,
    health: "fine",
    words: "",
    lastSuccess: ago(8),
    objects: 3,
    workloads: 2,
    pods: 5,
    gaps: [],
    ...change,
  });
  const clusters = [
    row("staging"),
    row("prod-eu", {
      gaps: ['not allowed to list pods: User "jane" cannot list resource "pods"'],
      health: "attention",
    }),
    row("prod-us", {
      health: "broken",
      latency: null,
      words: "https://10.0.0.1:6443 does not answer: connection timed out",
      lastSuccess: ago(5400),
    }),
    row("lab", { objects: 1, version: "v1.34.0" }),
  ];
  const detail = (cluster: string): ClusterDetail => ({
    cluster: clusters.find((one) => one.cluster === cluster) ?? row(cluster),
    lookalikes:
      cluster === "lab"
        ? [
            {
              source: "fleet",
              object: "flux-system/fleet",
              address: "http://gitea-http.gitea.svc:3000/acme/fleet",
              knownAs: [],
            },
          ]
        : [],
    objects: [
      {
        kind: "GitRepository",
        namespace: "flux-system",
        name: "fleet",
        revision: "main@sha1:3f1c2a90000000000000000000000000000000aa",
        source: null,
        isSuspended: false,
        health: "fine",
        words: "stored artifact for revision 'main@sha1:3f1c2a9'",
        isInGit: true,
        release: "01K9",
        declared: { source: "fleet", namespace: "flux-system", name: "fleet" },
        isPlain: false,
      },
      {
        kind: "Kustomization",
        namespace: "flux-system",
        name: "apps",
        revision: "main@sha1:3f1c2a90000000000000000000000000000000aa",
        source: "GitRepository flux-system/fleet",
        isSuspended: true,
        health: "fine",
        words: "Applied revision: main@sha1:3f1c2a9",
        isInGit: true,
        release: null,
        declared: { source: "fleet", namespace: "flux-system", name: "apps" },
        isPlain: false,
      },
      {
        kind: "ImageUpdateAutomation",
        namespace: "flux-system",
        name: "flask-app",
        revision: null,
        source: "GitRepository flux-system/fleet",
        isSuspended: false,
        health: "fine",
        words: "repository up-to-date",
        isInGit: true,
        release: null,
        declared: { source: "fleet", namespace: "flux-system", name: "flask-app" },
        isPlain: false,
      },
      {
        kind: "HelmRelease",
        namespace: "infra",
        name: "ingress",
        revision: "4.11.2",
        source: "HelmRepository infra/charts",
        isSuspended: false,
        health: "broken",
        words: "install retries exhausted",
        isInGit: null,
        release: null,
        declared: null,
        isPlain: false,
      },
    ],
    workloads: [
      {
        kind: "Deployment",
        namespace: "shop",
        name: "checkout-api",
        images: ["ghcr.io/acme/checkout-api:1.0.2"],
        ready: 1,
        wanted: 2,
        health: "broken",
        words: 'ImagePullBackOff: Back-off pulling image "ghcr.io/acme/checkout-api:1.0.2"',
      },
      {
        kind: "Deployment",
        namespace: "test",
        name: "flask-app",
        images: ["ghcr.io/acme/flask-app:1.0.3"],
        ready: 3,
        wanted: 3,
        health: "fine",
        words: "",
      },
    ],
    differences: [
      {
        source: "fleet",
        object: "ImagePolicy flux-system/flask-app",
        file: "clusters/staging/flask-app.yaml",
        kind: "differs",
      },
    ],
    hasFlux: true,
    kustomizations: [{ source: "fleet", namespace: "flux-system", name: "apps" }],
  });
  const bare = (): ClusterDetail => ({
    ...detail("lab"),
    objects: [
      {
        kind: "Kustomization",
        namespace: "flux-system",
        name: "apps",
        revision: "main@sha1:3f1c2a90000000000000000000000000000000aa",
        source: null,
        isSuspended: false,
        health: "fine",
        words: "Sluice has applied it",
        isInGit: true,
        release: null,
        declared: { source: "fleet", namespace: "flux-system", name: "apps" },
        isPlain: true,
      },
    ],
    differences: [],
    hasFlux: false,
  });
  const cell = (tag: string, change: Partial<AppCell> = {}): AppCell => ({
    running: [tag],
    since: ago(86_400 * 9),
    health: "fine",
    ready: 3,
    wanted: 3,
    behind: 0,
    isSuspended: false,
    reason: null,
    words: "",
    ...change,
  });
  const app = (name: string, namespace: string) => ({ source: "fleet", namespace, name });
  const apps: Apps = {
    environments: [
      { cluster: "staging", revision: "main@3f1c2a9", lastSuccess: ago(8), suspended: 0, words: "" },
      { cluster: "prod-eu", revision: "main@3f1c2a9", lastSuccess: ago(8), suspended: 1, words: "" },
      { cluster: "prod-us", revision: null, lastSuccess: ago(5400), suspended: 0, words: "it does not answer" },
    ],
    rows: [
      {
        policy: app("checkout-api", "shop"),
        inGit: "1.0.2",
        candidate: null,
        isReady: false,
        isHeld: false,
        cells: [
          cell("1.0.1", { health: "broken", reason: "ImagePullBackOff", words: "Back-off pulling image", behind: 1 }),
          cell("1.0.1", { behind: 1, isSuspended: true }),
          null,
        ],
      },
      {
        policy: app("flask-app", "test"),
        inGit: "1.0.3",
        candidate: "1.0.5",
        isReady: true,
        isHeld: false,
        cells: [cell("1.0.3"), cell("1.0.2", { behind: 1 }), null],
      },
      {
        policy: app("orders", "shop"),
        inGit: "2.14.2",
        candidate: null,
        isReady: false,
        isHeld: true,
        cells: [cell("2.14.2"), cell("2.14.0", { behind: 2 }), null],
      },
    ],
  };
  return {
    clusters: () => ({ clusters }),
    cluster: ({ cluster }: Commands["cluster"]["request"]) => (cluster === "lab" ? bare() : detail(cluster)),
    apps: () => apps,
    contexts: () => ({
      contexts: [
        {
          context: "kind-staging",
          server: "https://127.0.0.1:6443",
          user: "admin",
          isCurrent: false,
          cluster: "staging",
        },
        { context: "kind-next", server: "https://127.0.0.1:7443", user: "admin", isCurrent: true, cluster: null },
      ],
    }),
    addCluster: ({ context }: Commands["addCluster"]["request"]) => row(context.replace(/^kind-/, "")),
    removeCluster: () => ({}),
    reconcileInCluster: () => ({}),
    suspendInCluster: () => ({}),
  };
}
