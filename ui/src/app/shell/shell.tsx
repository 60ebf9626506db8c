import { Outlet, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLink } from "@/api/events";
import { Banner } from "@/components/states";
import { Toasts } from "@/components/toasts";
import { type Action, useActions } from "@/lib/actions";
import { useChords } from "@/lib/keys";
import { setPreferences, usePreferences } from "@/lib/preferences";
import { screens } from "../screens";
import { KeySheet } from "./key-sheet";
import { Palette } from "./palette";
import { Rail } from "./rail";
import { useAgentActions } from "./use-agent-actions";
import { useEngine } from "./use-engine";
import { useShellStatus } from "./use-shell-status";
import { useThings } from "./use-things";

// Loaded with the first review: the start of the window does without it.
const ReviewSheet = lazy(() =>
  import("@/features/review/review-sheet").then(({ ReviewSheet: component }) => ({ default: component })),
);

// The same for proposals.
const ProposalSheet = lazy(() =>
  import("@/features/proposal/proposal-sheet").then(({ ProposalSheet: component }) => ({ default: component })),
);

/** The window around every page: rail, palette, key sheet, toasts, and the keys that work everywhere. */
export function Shell() {
  const { t } = useTranslation("shell");
  const [sheet, setSheet] = useState<"palette" | "keys">();
  const close = () => setSheet(undefined);
  const status = useShellStatus();
  const things = useThings(sheet === "palette");
  const isLinked = useLink();
  const { review, proposal } = useSearch({ from: "__root__" });
  useEngine();
  useAgentActions(status.shell);
  useWindowActions({ openPalette: () => setSheet("palette"), openKeys: () => setSheet("keys") });
  return (
    <div className="flex h-full">
      <button
        type="button"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-raised focus:px-3 focus:py-1.5 focus:shadow-raised"
        onClick={() => document.getElementById("page")?.focus()}
      >
        {t("skip")}
      </button>
      <Rail counters={status.counters} foot={status.foot} onSearch={() => setSheet("palette")} />
      <main id="page" tabIndex={-1} className="flex min-w-0 flex-1 flex-col bg-surface outline-none">
        {!isLinked && <Banner>{t("offline")}</Banner>}
        <Outlet />
      </main>
      {review && (
        <Suspense>
          <ReviewSheet key={review} review={review} />
        </Suspense>
      )}
      {proposal && (
        <Suspense>
          <ProposalSheet key={proposal} proposal={proposal} />
        </Suspense>
      )}
      <Palette open={sheet === "palette"} onClose={close} things={things} />
      <KeySheet open={sheet === "keys"} onClose={close} />
      <Toasts />
    </div>
  );
}

function useWindowActions({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const router = useRouter();
  const { theme, language, railFolded } = usePreferences();

  useChords(
    "g",
    useMemo(
      () => Object.fromEntries(screens.map((screen) => [screen.chord, () => void navigate({ to: screen.path })])),
      [navigate],
    ),
  );

  const actions: Action[] = [
    { id: "palette", label: t("action.palette"), keys: "Mod+k", scope: "window", keysOnly: true, run: openPalette },
    { id: "keys", label: t("action.keys"), keys: "?", scope: "window", run: openKeys },
    {
      id: "back",
      label: t("action.back"),
      keys: "Mod+[",
      scope: "window",
      keysOnly: true,
      run: () => router.history.back(),
    },
    {
      id: "fold",
      label: t("action.foldRail"),
      keys: "Mod+b",
      scope: "window",
      run: () => setPreferences({ railFolded: !railFolded }),
    },
  ];
  for (const choice of ["light", "dark", "system"] as const) {
    if (choice === theme) continue;
    actions.push({
      id: `theme-${choice}`,
      label: t(`action.theme.${choice}`),
      scope: "window",
      run: () => setPreferences({ theme: choice }),
    });
  }
  for (const choice of ["en", "zh-CN"] as const) {
    if (choice === language) continue;
    actions.push({
      id: `language-${choice}`,
      label: t(`action.language.${choice}`),
      scope: "window",
      run: () => setPreferences({ language: choice }),
    });
  }
  useActions(actions);
}
