import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { StuckRollout } from "@/api/generated";
import { Age } from "@/components/age";
import { Button, LinkButton } from "@/components/button";
import { Glyph } from "@/components/glyph";
import { StateGlyph } from "@/components/state";
import { useOpenReview } from "@/domain/review";
import { VersionMove } from "@/domain/version-move";
import { ms } from "@/lib/moment";
import type { stuckOf } from "./grouping";

/** Releases that are in Git and do not get on in a cluster, in whose words, and the way back. They stand above all else. */
export function StuckRollouts({ groups }: { groups: ReturnType<typeof stuckOf> }) {
  const { t } = useTranslation("inbox");
  if (groups.length === 0) return null;
  return (
    <section aria-label={t("rollouts.title")} className="max-h-1/2 flex-none overflow-auto border-b border-line">
      {groups.map(({ cluster, rollouts }) => (
        <div key={cluster}>
          <div className="sticky top-0 z-10 flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 max-wide:px-4">
            <StateGlyph tone="failed" />
            <h2 className="ml-1 font-medium whitespace-nowrap">{t("rollouts.group", { cluster })}</h2>
            <span className="text-fg-muted" data-figure>
              {rollouts.length}
            </span>
            <span className="clip ml-2 text-small text-fg-muted">{t("rollouts.hint")}</span>
          </div>
          <ul>
            {rollouts.map((rollout) => (
              <Row key={rollout.release} rollout={rollout} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Row({ rollout }: { rollout: StuckRollout }) {
  const { t } = useTranslation("inbox");
  const navigate = useNavigate();
  const openReview = useOpenReview();
  const { release } = rollout;
  const [first, ...others] = rollout.changes;
  return (
    <li className="flex items-center gap-4 border-b border-line-faint px-6 py-2 text-small last:border-b-0 max-wide:px-4">
      <div className="ml-7 min-w-0 flex-1">
        <div className="flex min-w-0 items-baseline gap-3">
          <span className="clip text-base font-medium">{first?.title ?? release}</span>
          {first?.version && <VersionMove move={first.version} />}
          {others.length > 0 && (
            <span className="text-fg-muted" title={others.map(({ title }) => title).join("\n")}>
              +{others.length}
            </span>
          )}
          <span className="whitespace-nowrap text-fg-muted">
            {t("rollouts.since")} <Age at={ms(rollout.since)} bare />
          </span>
        </div>
        <p className="line-clamp-2 wrap-anywhere text-fg-secondary" title={rollout.words} data-selectable>
          {rollout.reason !== "" && <span className="font-medium text-failed">{rollout.reason} </span>}
          {rollout.words}
        </p>
      </div>
      <LinkButton quiet onClick={() => void navigate({ to: "/releases", search: { release } })}>
        {t("rollouts.open")}
      </LinkButton>
      {rollout.canUndo && (
        <Button icon={<Glyph name="rolledBack" size={14} />} onClick={() => openReview({ intent: "undo", release })}>
          {t("rollouts.rollBack")}
        </Button>
      )}
    </li>
  );
}
