import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReleaseDetail } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button, LinkButton } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Glyph } from "@/components/glyph";
import { State } from "@/components/state";
import { Note, Quote } from "@/components/states";
import { Answered } from "@/domain/answered";
import { ErrorHint, sayError, useErrorKind } from "@/domain/error-words";
import { FieldChanges } from "@/domain/field-changes";
import { RemedyLink } from "@/domain/remedy";
import { useOpenReview } from "@/domain/review";
import { Signature } from "@/domain/signature";
import { useStarter } from "@/domain/starter";
import { VersionMove } from "@/domain/version-move";
import { useActions } from "@/lib/actions";
import { useDates } from "@/lib/dates";
import { ms } from "@/lib/moment";
import { ReleaseFiles } from "./release-files";
import { toneOf, useReleaseTitle } from "./release-words";
import { Rollouts } from "./rollouts";
import { Trail } from "./trail";

/** One release: what it did, how far it came, why it failed, and the way back. */
export function ReleaseDetailPane({ release }: { release: string }) {
  const { t } = useTranslation("releases");
  const answer = useAsk("releaseDetail", { release });
  return (
    <Answered
      answer={answer}
      loading={t("loadingOne")}
      failed={answer.error?.code === "notFound" ? t("gone") : t("failedOne")}
    >
      {(detail) => <Detail detail={detail} />}
    </Answered>
  );
}

function Detail({ detail }: { detail: ReleaseDetail }) {
  const { t } = useTranslation("releases");
  const { row } = detail;
  const kind = useErrorKind();
  return (
    <div className="flex flex-col">
      <Head detail={detail} />
      <div className="flex flex-col gap-4 px-6 py-4 max-wide:px-4">
        <Trail steps={detail.trail} />
        <Rollouts detail={detail} />
        {detail.failure && (
          <section role="alert" className="overflow-hidden rounded-panel border border-line">
            <div className="bg-failed-tint px-4 py-3">
              <State tone="failed" className="font-strong">
                {kind(detail.failure.code)}
              </State>
              <p className="mt-1 text-fg-secondary">
                <ErrorHint error={detail.failure} />
              </p>
            </div>
            <div className="flex flex-col gap-2 p-4">
              <Quote>{detail.failure.message}</Quote>
              {detail.remedy && detail.remedy.action.do !== "read" && (
                <RemedyLink remedy={detail.remedy} className="self-start" />
              )}
            </div>
          </section>
        )}
        {row.changes.length > 1 && (
          <ul className="flex flex-col gap-1">
            {row.changes.map((change) => (
              <li key={change.title} className="flex items-baseline gap-3">
                <span className="font-medium">{change.title}</span>
                {change.version && <VersionMove move={change.version} className="text-small" />}
              </li>
            ))}
          </ul>
        )}
        {row.changes.map((change) => (
          <FieldChanges key={change.title} fields={change.fields} />
        ))}
        <ReleaseFiles files={detail.files} />
        <section>
          <h3 className="mb-1.5 font-strong">{t("message")}</h3>
          <pre className="mono rounded-panel border border-line bg-sunken px-3 py-2 leading-4.5 wrap-anywhere whitespace-pre-wrap">
            {detail.message}
          </pre>
        </section>
      </div>
    </div>
  );
}

function Head({ detail }: { detail: ReleaseDetail }) {
  const { t } = useTranslation("releases");
  const dates = useDates();
  const { row, files } = detail;
  const title = useReleaseTitle()(row);
  const starter = useStarter()(row.started);
  const { tone, glyph } = toneOf(row);
  const [only] = row.changes;
  return (
    <header className="flex flex-wrap items-start justify-between gap-3 border-b border-line px-6 py-4 max-wide:px-4">
      <div className="min-w-0">
        <h2 className="flex min-w-0 flex-wrap items-baseline gap-x-3 text-hero font-strong" data-selectable>
          <span className="clip">{title}</span>
          {row.changes.length === 1 && only?.version && (
            <VersionMove move={only.version} className="text-title font-regular" />
          )}
        </h2>
        <div className="mt-1 flex flex-wrap items-center gap-x-5 gap-y-1 text-small">
          <State tone={tone} glyph={glyph} className="font-medium">
            {t(`state.${row.state}`)}
          </State>
          <span className="inline-flex items-center gap-1.5">
            <Glyph name={starter.glyph} size={14} className="text-fg-muted" />
            {starter.word}
            <span className="text-fg-muted" title={dates.full(ms(row.createdAt))}>
              {dates.moment(ms(row.createdAt))}
            </span>
          </span>
          <span className="inline-flex items-center gap-1 text-fg-muted">
            {row.commit && (
              <>
                <span className="mono text-fg-secondary" title={row.commit}>
                  {row.commit.slice(0, 7)}
                </span>
                <CopyButton text={row.commit} label={t("copyCommit")} />
              </>
            )}
            {t("onBranch", { source: row.target.source, branch: row.target.branch })}
            {" · "}
            {t("files", { count: files.length })}
          </span>
          {row.undoes !== null && <ToRelease release={row.undoes} label={t("undoes")} />}
          {row.undoneBy !== null && <ToRelease release={row.undoneBy} label={t("undoneBy")} />}
          {row.state === "pushing" && (
            <span className="text-fg-muted">
              {t("moved")} <Age at={ms(row.updatedAt)} />
            </span>
          )}
        </div>
        {row.commit && <Signature source={row.target.source} commit={row.commit} className="mt-1" />}
        {detail.undo.can === "no" && (row.state === "pushed" || row.state === "stuck") && (
          <div className="mt-2">
            <Note tone="observe">
              {t("noUndo", { why: t(`whyNoUndo.${detail.undo.code}`, { name: detail.undo.policy?.name ?? "" }) })}
            </Note>
          </div>
        )}
      </div>
      <Acts detail={detail} />
    </header>
  );
}

function ToRelease({ release, label }: { release: string; label: string }) {
  const navigate = useNavigate();
  return (
    <LinkButton onClick={() => void navigate({ to: "/releases", search: (before) => ({ ...before, release }) })}>
      {label}
    </LinkButton>
  );
}

/** The one thing that can be done with it now; each goes through the review sheet where it writes. */
function Acts({ detail }: { detail: ReleaseDetail }) {
  const { t } = useTranslation("releases");
  const navigate = useNavigate();
  const openReview = useOpenReview();
  const retry = useAct("retryRelease");
  const { row, undo } = detail;
  const failed = sayError;
  const takeBack = () => openReview({ intent: "undo", release: row.release });
  const again = () =>
    retry.mutate(
      { release: row.release },
      {
        onSuccess: ({ review }) => void navigate({ to: ".", search: (before) => ({ ...before, review }) }),
        onError: failed,
      },
    );
  // What is stuck was pushed: there is nothing to push again.
  const canRetry = row.state === "failed";
  useActions([
    ...(undo.can === "yes" ? [{ id: "undo", label: t("undo"), keys: "b", scope: "page" as const, run: takeBack }] : []),
    ...(canRetry ? [{ id: "retry", label: t("retry"), keys: "t", scope: "page" as const, run: again }] : []),
  ]);
  return (
    <div className="flex items-center gap-2">
      {canRetry && (
        <Button keys="t" look="primary" disabled={retry.isPending} onClick={again}>
          {t("retry")}
        </Button>
      )}
      {undo.can === "yes" && (
        <Button keys="b" icon={<Glyph name="rolledBack" size={14} />} onClick={takeBack}>
          {t("undo")}
        </Button>
      )}
    </div>
  );
}
