import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTold } from "@/api/events";
import type { Found, ReadingStage } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button, buttonClass } from "@/components/button";
import { Page, PageScroll } from "@/components/page";
import { State } from "@/components/state";
import { Problem } from "@/components/states";
import { Answered } from "@/domain/answered";
import { ErrorHint, useErrorKind } from "@/domain/error-words";
import { RemedyLink } from "@/domain/remedy";
import { useActions } from "@/lib/actions";
import { joinClauses } from "@/lib/list";
import { msOf } from "@/lib/moment";
import { SourcesCrumb } from "./crumb";
import { FoundImages } from "./found-images";
import { FoundProblems } from "./found-problems";
import { FoundSide } from "./found-side";
import { ReadingLine } from "./reading-line";

/** What is in a repository, filling while it is read. Useful at once, and nothing was written. */
export function FoundPage({ source }: { source: string }) {
  const { t } = useTranslation("onboarding");
  const navigate = useNavigate();
  const answer = useAsk("found", { source });
  const { data } = answer;
  const [told, setTold] = useState<ReadingStage>();
  useTold("reading", (event) => {
    if (event.source === source) setTold(event.stage);
  });
  useActions([
    {
      id: "inbox",
      label: t("toInbox"),
      keys: "Enter",
      scope: "page",
      heardElsewhere: true,
      run: () => void navigate({ to: "/inbox" }),
    },
  ]);
  return (
    <Page
      title={source}
      crumb={<SourcesCrumb />}
      panel={data && <FoundSide found={data} />}
      actions={
        <Link to="/sources/add" search={{}} className={buttonClass()}>
          {t("another")}
        </Link>
      }
    >
      <Answered answer={answer} loading={t("loading")} failed={t("failed")}>
        {(found) => (
          <FoundBody found={found} stage={stageOf(found.stage, told)} onAgain={() => void answer.refetch()} />
        )}
      </Answered>
    </Page>
  );
}

/** An answer that says it is over is right; until then the event is the newer. */
function stageOf(asked: ReadingStage, told: ReadingStage | undefined): ReadingStage {
  return asked.stage === "done" || asked.stage === "failed" ? asked : (told ?? asked);
}

function FoundBody({ found, stage, onAgain }: { found: Found; stage: ReadingStage; onAgain: () => void }) {
  const { t } = useTranslation(["onboarding", "common"]);
  const kind = useErrorKind();
  const { lookedThrough } = found;
  const at = msOf(lookedThrough.at);
  return (
    <PageScroll>
      <header className="border-b border-line px-6 pt-4 pb-3.5 max-wide:px-4">
        <h2 className="text-hero font-strong" data-selectable>
          {found.source}
        </h2>
        <div className="mt-1 flex flex-wrap items-center gap-x-5 gap-y-1 text-small">
          <span className="mono wrap-anywhere" data-selectable>
            {found.address}
          </span>
          {lookedThrough.commit && (
            <span className="text-fg-secondary">
              <span className="mono">
                {lookedThrough.branch}@{lookedThrough.commit.slice(0, 7)}
              </span>
              {at !== undefined && (
                <>
                  {" · "}
                  {t("readAt")} <Age at={at} />
                </>
              )}
            </span>
          )}
          <span role="status" className="flex">
            <ReadingLine stage={stage} />
          </span>
          {!found.mayWrite && <State tone="observe">{t("readOnly")}</State>}
        </div>
      </header>
      {found.problem ? (
        <Problem
          title={kind(found.problem.code)}
          quote={found.problem.message}
          action={
            <>
              {found.remedy && <RemedyLink remedy={found.remedy} />}
              <Button onClick={onAgain}>{t("common:tryAgain")}</Button>
            </>
          }
        >
          <ErrorHint error={found.problem} />
        </Problem>
      ) : (
        <div className="flex flex-col gap-4 px-6 py-4 max-wide:px-4">
          <Counts found={found} />
          <FoundProblems problems={found.problems} />
          <FoundImages images={found.images} stage={stage} lookedThrough={lookedThrough} />
        </div>
      )}
    </PageScroll>
  );
}

function Counts({ found: { counts } }: { found: Found }) {
  const { t } = useTranslation("onboarding");
  const figures = [
    [counts.imageRepositories, t("counts.imageRepositories", { count: counts.imageRepositories })],
    [counts.imagePolicies, t("counts.imagePolicies", { count: counts.imagePolicies })],
    [counts.automations, t("counts.automations", { count: counts.automations })],
    [counts.markers, t("counts.markers", { count: counts.markers, files: counts.markedFiles })],
    [counts.kustomizations, t("counts.kustomizations", { count: counts.kustomizations })],
    [
      counts.problems,
      joinClauses([
        t("counts.problems", { count: counts.problems }),
        counts.errors > 0 && t("counts.errors", { count: counts.errors }),
      ]),
    ],
  ] as const;
  return (
    <ul
      aria-label={t("counts.label")}
      className="grid grid-cols-6 gap-px overflow-hidden rounded-panel border border-line bg-line max-wide:grid-cols-3"
    >
      {figures.map(([n, words]) => (
        <li key={words} className="bg-surface px-2.5 py-2">
          <div className="text-hero font-strong" data-figure>
            {n}
          </div>
          <div className="text-small text-fg-secondary">{words}</div>
        </li>
      ))}
    </ul>
  );
}
