import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTold } from "@/api/events";
import type { ReleaseState, StartedRelease } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { State, type StateTone } from "@/components/state";
import { ErrorText } from "@/domain/error-words";
import { RemedyLink } from "@/domain/remedy";

const tones: Record<ReleaseState, StateTone> = {
  queued: "waiting",
  pushing: "progressing",
  pushed: "healthy",
  stuck: "failed",
  failed: "failed",
  superseded: "observe",
};

/** How the releases that the sheet started go on, each by itself: one that fails does not stop the others. */
export function ProgressList({
  started,
  titles,
}: {
  started: readonly StartedRelease[];
  titles: ReadonlyMap<string, string>;
}) {
  const { t } = useTranslation("review");
  return (
    <ul aria-label={t("progress")} className="flex min-w-0 flex-1 flex-col gap-1 py-2">
      {started.map(({ plan, release }) => (
        <Progress key={release} release={release} title={titles.get(plan) ?? plan} />
      ))}
    </ul>
  );
}

function Progress({ release, title }: { release: string; title: string }) {
  const { t } = useTranslation("review");
  const { data } = useAsk("releaseDetail", { release });
  const [told, setTold] = useState<{ state: ReleaseState; words: string }>();
  useTold("release", (event) => {
    if (event.release === release) setTold({ state: event.state, words: event.words });
  });
  // An event says what is newest; the answer is there when events were missed.
  const state = told?.state ?? data?.row.state ?? "queued";
  return (
    <li className="flex min-w-0 flex-col gap-1 text-small">
      <span className="flex min-w-0 items-center gap-2">
        <State tone={tones[state]}>
          <span className="mono font-medium">{title}</span> {t(`state.${state}`)}
        </State>
        <span className="mono clip text-fg-muted">{data?.row.commit?.slice(0, 7) ?? told?.words}</span>
        <Link to="/releases" search={{ release }} className="link font-medium whitespace-nowrap">
          {t("showRelease")}
        </Link>
      </span>
      {data?.failure && (
        <div role="alert">
          <ErrorText error={data.failure} />
          {data.remedy && data.remedy.action.do !== "read" && <RemedyLink remedy={data.remedy} />}
        </div>
      )}
    </li>
  );
}
