import { Link, useRouterState } from "@tanstack/react-router";
import clsx from "clsx";
import { PanelLeft, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Due } from "@/components/age";
import { IconButton, Keys } from "@/components/button";
import { Mark } from "@/components/glyph";
import { StateGlyph } from "@/components/state";
import { joinClauses } from "@/lib/list";
import { setPreferences, usePreferences } from "@/lib/preferences";
import { type Screen, screens } from "../screens";
import type { Counter, Counters, Foot } from "./status";

/** In a folded rail the words are still there for who hears the page. */
const named = "group-data-folded/rail:sr-only max-wide:sr-only";

/**
 * The places of the window. It folds to icons by choice, and by itself in a narrow window: there a counter that warns
 * shows its glyph alone, and its number is in the accessible name.
 */
export function Rail({
  counters,
  foot,
  onSearch,
}: {
  counters: Counters;
  foot: Foot | undefined;
  onSearch: () => void;
}) {
  const { t } = useTranslation("shell");
  const { railFolded } = usePreferences();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const item = (screen: Screen) => (
    <RailItem
      key={screen.id}
      screen={screen}
      current={path === screen.path || path.startsWith(`${screen.path}/`)}
      counter={counters[screen.id]}
    />
  );
  return (
    <nav
      aria-label={t("rail.label")}
      data-folded={railFolded || undefined}
      className="group/rail flex w-rail flex-none flex-col border-r border-line p-2 data-folded:w-rail-collapsed max-wide:w-rail-collapsed"
    >
      <div className="mb-2 flex h-8 items-center gap-2 pl-2 group-data-folded/rail:justify-center group-data-folded/rail:pl-0 max-wide:justify-center max-wide:pl-0">
        <Mark size={16} className="text-accent group-data-folded/rail:hidden" />
        <Mark size={16} className="hidden text-accent max-wide:group-data-folded/rail:block" />
        <span className="flex-1 font-strong group-data-folded/rail:hidden max-wide:hidden">Sluice</span>
        <IconButton
          label={railFolded ? t("rail.unfold") : t("rail.fold")}
          aria-expanded={!railFolded}
          className="max-wide:hidden"
          onClick={() => setPreferences({ railFolded: !railFolded })}
        >
          <PanelLeft size={16} strokeWidth={1.75} />
        </IconButton>
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Mod+k"
        className="mb-3 flex h-control flex-none items-center gap-2 rounded-control border border-line-control bg-surface px-2 text-small text-fg-muted hover:bg-hover group-data-folded/rail:justify-center group-data-folded/rail:px-0 max-wide:justify-center max-wide:px-0"
      >
        <Search size={14} className="flex-none" />
        <span className={clsx("clip flex-1 text-left", named)}>{t("rail.search")}</span>
        <span className="group-data-folded/rail:hidden max-wide:hidden">
          <Keys combo="Mod+k" />
        </span>
      </button>
      <ul className="flex min-h-0 flex-col gap-0.5 overflow-y-auto">{screens.filter((s) => !s.lower).map(item)}</ul>
      <ul className="mt-4 flex flex-none flex-col gap-0.5">{screens.filter((s) => s.lower).map(item)}</ul>
      <span className="flex-1" />
      {foot && <RailFoot foot={foot} />}
    </nav>
  );
}

function RailItem({ screen, current, counter }: { screen: Screen; current: boolean; counter: Counter | undefined }) {
  const { t } = useTranslation("shell");
  const Icon = screen.icon;
  const label = t(`screen.${screen.id}`);
  return (
    <li>
      <Link
        to={screen.path}
        aria-current={current ? "page" : undefined}
        title={label}
        className={clsx(
          "focus-inset relative flex h-8 items-center gap-2 rounded-control px-2",
          "group-data-folded/rail:justify-center group-data-folded/rail:px-0 max-wide:justify-center max-wide:px-0",
          current ? "bg-active font-medium text-fg" : "text-fg-secondary hover:bg-hover",
        )}
      >
        <Icon
          size={16}
          absoluteStrokeWidth
          strokeWidth={1.5}
          className={clsx("flex-none", current ? "text-accent" : "text-fg-muted")}
        />
        <span aria-hidden="true" className={clsx("clip flex-1", named)}>
          {label}
        </span>
        <span className="sr-only">
          {joinClauses([label, counter && t(`counter.${counter.tone}`, { count: counter.n })])}
        </span>
        {counter && <RailCounter counter={counter} />}
      </Link>
    </li>
  );
}

function RailCounter({ counter }: { counter: Counter }) {
  const folded =
    "group-data-folded/rail:absolute group-data-folded/rail:top-0 group-data-folded/rail:right-0.5 group-data-folded/rail:text-caption group-data-folded/rail:leading-3 max-wide:absolute max-wide:top-0 max-wide:right-0.5 max-wide:text-caption max-wide:leading-3";
  if (counter.tone === "warn" || counter.tone === "bad") {
    return (
      <span
        aria-hidden="true"
        className={clsx(
          "inline-flex items-center gap-1 text-small",
          folded,
          counter.tone === "bad" ? "text-failed" : "text-degraded",
        )}
      >
        <StateGlyph tone={counter.tone === "bad" ? "failed" : "degraded"} size={12} />
        <span className="group-data-folded/rail:hidden max-wide:hidden">{counter.n}</span>
      </span>
    );
  }
  return (
    <span
      aria-hidden="true"
      className={clsx(
        "text-small",
        folded,
        counter.tone === "todo"
          ? "font-strong text-fg"
          : "font-regular text-fg-muted group-data-folded/rail:hidden max-wide:hidden",
      )}
    >
      {counter.n}
    </span>
  );
}

/** One line on how the sources are, and when the next check is. */
function RailFoot({ foot }: { foot: Foot }) {
  const { t } = useTranslation("shell");
  const line = t(`foot.${foot.state}`, { count: foot.count ?? 0 });
  return (
    <Link
      to="/sources"
      title={line}
      className="focus-inset flex gap-2 border-t border-line p-2 pb-1 text-small group-data-folded/rail:justify-center group-data-folded/rail:px-0 max-wide:justify-center max-wide:px-0"
    >
      <StateGlyph tone={foot.tone} />
      <span className={clsx("flex min-w-0 flex-col", named)}>
        <span className="clip">{line}</span>
        {foot.nextCheck !== undefined && (
          <span className="clip text-fg-muted">
            {t("foot.next")} <Due at={foot.nextCheck} />
          </span>
        )}
      </span>
    </Link>
  );
}
