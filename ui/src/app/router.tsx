import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  redirect,
  useRouterState,
} from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Empty, Problem } from "@/components/states";
import type { ScreenId } from "./screens";
import { Shell } from "./shell/shell";

const root = createRootRoute({ component: Shell, notFoundComponent: Lost, errorComponent: Broke });

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
  validateSearch: (search: Record<string, unknown>): { filter?: string } =>
    typeof search.filter === "string" && search.filter !== "" ? { filter: search.filter } : {},
  component: lazyRouteComponent(() => import("@/features/images/images-page"), "ImagesPage"),
});

const policy = createRoute({
  getParentRoute: () => root,
  path: "/images/$namespace/$name",
  component: lazyRouteComponent(() => import("@/features/policy/policy-page"), "PolicyPage"),
});

// A screen whose page is not in this version keeps its place: its path answers, and says so. A page that comes replaces
// its line here by a route like the two above.
const later = <const Path extends `/${ScreenId}`>(path: Path) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: () => <Later id={path.slice(1) as ScreenId} />,
  });

const routes = [
  start,
  images,
  policy,
  later("/inbox"),
  later("/apps"),
  later("/releases"),
  later("/clusters"),
  later("/sources"),
  later("/activity"),
  later("/settings"),
] as const;

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function Later({ id }: { id: ScreenId }) {
  const { t } = useTranslation("shell");
  const name = t(`screen.${id}`);
  return (
    <Page title={name}>
      <Empty title={t("later.title", { name })}>{t("later.body")}</Empty>
    </Page>
  );
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
