import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
  useRouterState,
} from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty, Problem } from "@/components/states";
import { Shell } from "./shell/shell";

/** A search parameter that is a text, or absent. */
function text<Name extends string>(search: Record<string, unknown>, name: Name): { [key in Name]?: string } {
  const value = search[name];
  return (typeof value === "string" && value !== "" ? { [name]: value } : {}) as { [key in Name]?: string };
}

const root = createRootRoute({
  // Two sheets lie over any page: a review (`?review=<id>`) and a proposal (`?proposal=<id>`).
  validateSearch: (search: Record<string, unknown>): { review?: string; proposal?: string } => ({
    ...text(search, "review"),
    ...text(search, "proposal"),
  }),
  component: Shell,
  notFoundComponent: Lost,
  errorComponent: Broke,
});

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", replace: true });
  },
});

const images = createRoute({
  getParentRoute: () => root,
  path: "/images",
  // The filter lives in the address: a saved view is a link, and Back undoes a filter.
  validateSearch: (search: Record<string, unknown>): { filter?: string } => text(search, "filter"),
  component: lazyRouteComponent(() => import("@/features/images/images-page"), "ImagesPage"),
});

const policy = createRoute({
  getParentRoute: () => root,
  path: "/images/$source/$namespace/$name",
  // `tag`: the one to point at, for links from elsewhere.
  validateSearch: (search: Record<string, unknown>): { tag?: string } => text(search, "tag"),
  component: lazyRouteComponent(() => import("@/features/policy/policy-page"), "PolicyPage"),
});

const apps = createRoute({
  getParentRoute: () => root,
  path: "/apps",
  component: lazyRouteComponent(() => import("@/features/apps/apps-page"), "AppsPage"),
});

const clusters = createRoute({
  getParentRoute: () => root,
  path: "/clusters",
  // `show`: the cluster that is looked at; `add`: the dialog that connects one.
  validateSearch: (search: Record<string, unknown>): { show?: string; add?: string } => ({
    ...text(search, "show"),
    ...text(search, "add"),
  }),
  component: lazyRouteComponent(() => import("@/features/clusters/clusters-page"), "ClustersPage"),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyRouteComponent(() => import("@/features/inbox/inbox-page"), "InboxPage"),
});

const releases = createRoute({
  getParentRoute: () => root,
  path: "/releases",
  // `release`: the one whose detail is open. `show` and `text` narrow the list.
  validateSearch: (search: Record<string, unknown>): { release?: string; show?: string; text?: string } => ({
    ...text(search, "release"),
    ...text(search, "show"),
    ...text(search, "text"),
  }),
  component: lazyRouteComponent(() => import("@/features/releases/releases-page"), "ReleasesPage"),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: "/sources",
  // `show`: the source or registry to open; `signIn`: the kind of credential to ask for, for remedies.
  validateSearch: (search: Record<string, unknown>): { show?: string; signIn?: string; view?: string } => ({
    ...text(search, "show"),
    ...text(search, "signIn"),
    ...text(search, "view"),
  }),
  component: lazyRouteComponent(() => import("@/features/sources/sources-page"), "SourcesPage"),
});

const addSource = createRoute({
  getParentRoute: () => root,
  path: "/sources/add",
  // `source`: the one that was added and is being read.
  validateSearch: (search: Record<string, unknown>): { source?: string } => text(search, "source"),
  component: lazyRouteComponent(() => import("@/features/onboarding/onboarding-page"), "OnboardingPage"),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: lazyRouteComponent(() => import("@/features/activity/activity-page"), "ActivityPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/settings-page"), "SettingsPage"),
});

const routes = [
  start,
  inbox,
  apps,
  images,
  policy,
  releases,
  clusters,
  sources,
  addSource,
  activity,
  settings,
] as const;

export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({
    routeTree: root.addChildren(routes),
    history,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function Lost() {
  const { t } = useTranslation("shell");
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <Page title={t("lost.title")}>
      <Empty
        title={t("lost.title")}
        action={
          <Link to="/" className={buttonClass({ look: "primary" })}>
            {t("lost.action")}
          </Link>
        }
      >
        {t("lost.body", { path })}
      </Empty>
    </Page>
  );
}

function Broke({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("broke.title")}>
      <Problem
        title={t("broke.title")}
        quote={error instanceof Error ? error.message : String(error)}
        action={
          <Button look="primary" onClick={reset}>
            {t("broke.again")}
          </Button>
        }
      >
        {t("broke.body")}
      </Problem>
    </Page>
  );
}
