import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { joinClauses, listNames } from "@/lib/list";
import { canReview, type Entry } from "./grouping";
import { SnoozeMenu } from "./snooze-menu";

/** What is picked, and what can be done with all of it. */
export function SelectionBar({
  picked,
  snoozing,
  onSnoozing,
  onClear,
  onHold,
  onReview,
}: {
  picked: readonly Entry[];
  snoozing: boolean;
  onSnoozing: (open: boolean) => void;
  onClear: () => void;
  onHold: () => void;
  onReview: () => void;
}) {
  const { t } = useTranslation("inbox");
  const names = listNames(picked.map(({ item }) => item.policy.name));
  const repositories = new Set(picked.flatMap(({ item }) => item.places.map(({ source }) => source))).size;
  const files = new Set(picked.flatMap(({ item }) => item.places.map(({ source, path }) => `${source}:${path}`))).size;
  const reviewable = picked.filter(canReview).length;
  return (
    <section
      aria-label={t("selection")}
      className="arrive flex min-h-14 flex-none items-center gap-2 border-t border-line bg-surface px-6 max-wide:px-4"
    >
      <span role="status" className="font-medium whitespace-nowrap">
        {t("picked", { count: picked.length })}
      </span>
      <span className="mono clip text-fg-secondary" title={names}>
        {names}
      </span>
      <span className="ml-1 text-small whitespace-nowrap text-fg-muted max-wide:hidden">
        {joinClauses([t("repositories", { count: repositories }), t("files", { count: files })])}
      </span>
      <span className="flex-1" />
      <Button look="ghost" keys="Escape" onClick={onClear}>
        {t("clear")}
      </Button>
      <SnoozeMenu
        keys="z"
        policies={picked.map(({ item }) => item.policy)}
        open={snoozing}
        onOpenChange={onSnoozing}
        onDone={onClear}
      />
      <Button keys="h" onClick={onHold}>
        {t("holdAct")}
      </Button>
      <Button look="primary" large keys="Enter" disabled={reviewable === 0} onClick={onReview}>
        {t("review", { count: reviewable })}
      </Button>
    </section>
  );
}
