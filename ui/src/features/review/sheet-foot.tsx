import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { Freshness, Review, StartedRelease } from "@/api/generated";
import { Age } from "@/components/age";
import { Button, LinkButton } from "@/components/button";
import { StateGlyph } from "@/components/state";
import { useErrorWords } from "@/domain/error-words";
import { ms } from "@/lib/moment";
import { ProgressList } from "./progress-list";
import { releasable } from "./sheet-state";

const order: readonly Freshness[] = ["current", "sameEdits", "notChecked", "otherEdits"];

/** The worst that is true of any of the plans. */
export function freshnessOf(review: Review): Freshness {
  return review.plans.reduce<Freshness>(
    (worst, { freshness }) => (order.indexOf(freshness) > order.indexOf(worst) ? freshness : worst),
    "current",
  );
}

/** How fresh the plan is on the left, what a person can say on the right; after the yes, how it goes on. */
export function SheetFoot({
  review,
  started,
  error,
  busy,
  canRelease,
  onReplan,
  onDiscard,
  onRelease,
  onClose,
}: {
  review: Review;
  started: { releases: StartedRelease[]; titles: Map<string, string> } | undefined;
  error: ApiError | null;
  busy: boolean;
  canRelease: boolean;
  onReplan: () => void;
  onDiscard: () => void;
  onRelease: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("review");
  const words = useErrorWords();
  const said = error ? words(error) : undefined;
  const skips = releasable(review).some((plan) => plan.skipsWait);
  return (
    <footer className="flex min-h-14 flex-none items-center gap-2 border-t border-line px-5">
      {started ? (
        <>
          <ProgressList started={started.releases} titles={started.titles} />
          <Button look="primary" large onClick={onClose}>
            {t("done")}
          </Button>
        </>
      ) : (
        <>
          {error ? (
            <span role="alert" className="flex min-w-0 items-center gap-2 text-small">
              <StateGlyph tone="failed" />
              <span className="wrap-anywhere">
                <b className="font-medium">{said?.head}</b> {said?.quote} {said?.next}
              </span>
            </span>
          ) : (
            <Fresh review={review} busy={busy} onReplan={onReplan} />
          )}
          <span className="flex-1" />
          <Button look="ghost" disabled={busy} onClick={onDiscard}>
            {t("discard")}
          </Button>
          <Button look="primary" large keys="Mod+Enter" disabled={!canRelease} onClick={onRelease}>
            {busy ? t("releasing") : skips ? t("releaseUrgent") : t("releaseNow")}
          </Button>
        </>
      )}
    </footer>
  );
}

function Fresh({ review, busy, onReplan }: { review: Review; busy: boolean; onReplan: () => void }) {
  const { t } = useTranslation("review");
  const freshness = freshnessOf(review);
  const fine = freshness === "current" || freshness === "sameEdits";
  return (
    <span role="status" className="flex min-w-0 items-center gap-2 text-small">
      <StateGlyph tone={busy ? "progressing" : fine ? "healthy" : "degraded"} />
      <span className="min-w-0">
        {t(`fresh.${freshness}`)}{" "}
        <span className="text-fg-muted">
          {t("asked")} <Age at={ms(review.checkedAt)} />
        </span>
      </span>
      <LinkButton quiet disabled={busy} onClick={onReplan}>
        {t("replan")}
      </LinkButton>
    </span>
  );
}
