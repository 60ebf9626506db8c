import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/components/button";
import { Glyph } from "@/components/glyph";
import { RemedyLink } from "@/domain/remedy";
import { useOpenReview } from "@/domain/review";
import { useWhen } from "@/domain/when";
import { msOf } from "@/lib/moment";
import type { Entry } from "./grouping";
import { useLift } from "./use-lift";

/** The one thing to do about an item, where the eye already is. */
export function NextAct({ entry: { wait, item } }: { entry: Entry }) {
  const { t } = useTranslation("inbox");
  const openReview = useOpenReview();
  const navigate = useNavigate();
  const lift = useLift();
  const when = useWhen();
  const review = () => openReview({ intent: "release", policies: [item.policy] });
  const { remedy } = item.next;
  const at = msOf(item.next.at);
  const { release } = item;
  if (wait === "stuck" && release !== null) {
    return (
      <LinkButton onClick={() => void navigate({ to: "/releases", search: { release } })}>
        {t("act.lookAfter")}
      </LinkButton>
    );
  }
  if (wait === "held") {
    const inGit = item.gates.some((gate) => gate.hold?.isInGit);
    return inGit ? (
      <span className="text-fg-muted">{t("act.heldInGit")}</span>
    ) : (
      <LinkButton quiet onClick={() => lift(item.policy)}>
        {t("act.lift")}
      </LinkButton>
    );
  }
  if (wait === "ready") return <LinkButton onClick={review}>{t("act.review")}</LinkButton>;
  if (wait === "approval") return <LinkButton onClick={review}>{t("act.approve")}</LinkButton>;
  if (remedy && wait === "blocked") return <RemedyLink remedy={remedy} />;
  if (wait === "window" && at !== undefined) {
    return (
      <span className="flex items-center gap-1 whitespace-nowrap text-fg-muted">
        <Glyph name="auto" size={14} />
        {t("act.releasesAt", { time: when(at) })}
      </span>
    );
  }
  if (wait === "blocked")
    return <span className="text-fg-muted">{at === undefined ? "" : t("act.retryAt", { time: when(at) })}</span>;
  return (
    <LinkButton quiet onClick={review}>
      {t("act.skipWait")}
    </LinkButton>
  );
}
