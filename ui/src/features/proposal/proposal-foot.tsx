import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Proposal } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { StateGlyph } from "@/components/state";
import { sayError, useErrorWords } from "@/domain/error-words";
import { ms } from "@/lib/moment";
import { isEmpty, isWorking, toneOf, yesOf } from "./proposal-words";

/** How far it is on the left; on the right what a person can say. */
export function ProposalFoot({
  proposal,
  busy,
  canGo,
  isOutdated,
  onGo,
  onAgain,
  onCancel,
  onClose,
}: {
  proposal: Proposal;
  busy: boolean;
  canGo: boolean;
  isOutdated: boolean;
  onGo: () => void;
  onAgain: () => void;
  onCancel: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("proposal");
  const { course } = proposal;
  const stop = useAct("stopProposal");
  const onStop = () => stop.mutate({ proposal: proposal.proposal }, { onError: sayError });
  const isOver = course.course === "done" || isEmpty(proposal);
  return (
    <footer className="flex min-h-14 flex-none items-center gap-2 border-t border-line px-5 py-2">
      <Standing proposal={proposal} />
      <span className="flex-1" />
      {isOver ? (
        <Button look="primary" large onClick={onClose}>
          {t("done")}
        </Button>
      ) : course.course === "running" ? (
        <>
          {course.stop !== "never" && (
            <Button look="danger" large disabled={course.stop === "asked" || stop.isPending} onClick={onStop}>
              {t(course.stop === "asked" ? "stopping" : "stop")}
            </Button>
          )}
          <Button large onClick={onClose}>
            {t("leave")}
          </Button>
        </>
      ) : (
        <>
          <Button look="ghost" disabled={busy} onClick={onCancel}>
            {t("cancel")}
          </Button>
          {isOutdated ? (
            <Button look="primary" large disabled={busy} onClick={onAgain}>
              {t("again")}
            </Button>
          ) : (
            <Button look="primary" large keys="Mod+Enter" disabled={!canGo} onClick={onGo}>
              {yesOf(t, proposal)}
            </Button>
          )}
        </>
      )}
    </footer>
  );
}

function Standing({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation("proposal");
  const words = useErrorWords();
  const { course, wish } = proposal;
  if (course.course === "failed" && course.error.code === "planOutdated") {
    return (
      <span role="alert" className="flex min-w-0 items-center gap-2 text-small font-medium">
        <StateGlyph tone="degraded" />
        {t("outdated")}
      </span>
    );
  }
  if (course.course === "failed") {
    const { head, quote, next } = words(course.error);
    return (
      <span role="alert" className="flex min-w-0 items-start gap-2 text-small">
        <StateGlyph tone="failed" />
        <span className="max-h-16 overflow-auto wrap-anywhere">
          <b className="font-medium">{head}</b> {quote && <span className="mono">{quote}</span>} {next}
        </span>
      </span>
    );
  }
  return (
    <span role="status" className="flex min-w-0 items-center gap-2 text-small">
      <StateGlyph tone={toneOf(proposal)} />
      <span className="min-w-0">
        {course.course === "done" ? (
          <>
            {isWorking(course) ? t(`doneWords.${wish.wish}`) : t("notYet")}{" "}
            {course.commit !== null && <span className="mono">{course.commit.slice(0, 7)}</span>}{" "}
            <Link to="/activity" search={{}} className="link font-medium">
              {t("activity")}
            </Link>
          </>
        ) : course.course === "stopped" ? (
          t("stopped")
        ) : course.course === "running" ? (
          <>
            {t(`running.${wish.wish}`)} · <Age at={ms(course.since)} bare className="text-fg-muted" />
          </>
        ) : isEmpty(proposal) ? (
          t(`nothing.${wish.wish}`)
        ) : (
          t("untouched")
        )}
      </span>
    </span>
  );
}
