import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CommitSignature, HistoryEntry, ObjectRef } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { Frame } from "@/components/frame";
import { Glyph, type GlyphName } from "@/components/glyph";
import { Note, PendingRows, Problem } from "@/components/states";
import { SignatureLine } from "@/domain/signature";
import { VersionMove } from "@/domain/version-move";
import { useDates } from "@/lib/dates";
import { joinSentences } from "@/lib/list";
import { ms } from "@/lib/moment";

const firstPage = 8;

const commitOf = ({ event }: HistoryEntry) =>
  event.event === "written" || event.event === "ruleChanged" ? event.commit : undefined;

/** What happened to the policy, newest first; and on demand who signed each commit. */
export function History({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const [limit, setLimit] = useState(firstPage);
  const { data, error } = useAsk("policyHistory", { policy, limit }, { keepLast: true });
  const [shown, setShown] = useState(false);
  const commits = (data?.entries ?? []).map(commitOf).filter((commit) => commit !== undefined);
  const isAsked = shown && commits.length > 0;
  const request = { source: policy.source, commits };
  const signed = useAsk("signatures", request, { enabled: isAsked, keepLast: true });
  const signatureOf = (entry: HistoryEntry) =>
    isAsked ? signed.data?.signatures.find(({ commit }) => commit === commitOf(entry)) : undefined;
  return (
    <Frame
      title={t("history.title")}
      actions={
        commits.length > 0 && (
          <LinkButton onClick={() => setShown(!shown)}>
            {t(shown ? "history.hideSignatures" : "history.signatures")}
          </LinkButton>
        )
      }
    >
      {isAsked && (signed.error || signed.data?.problems.length) ? (
        <div className="px-4 pt-2">
          <Note tone="degraded">{signed.error?.message ?? joinSentences(signed.data?.problems ?? [])}</Note>
        </div>
      ) : null}
      {error && !data ? (
        <Problem title={t("history.failed")} quote={error.message} />
      ) : !data ? (
        <PendingRows count={3} label={t("loading")} />
      ) : data.entries.length === 0 ? (
        <p className="px-4 py-3 text-small text-fg-secondary">{t("history.none")}</p>
      ) : (
        <ul>
          {data.entries.map((entry) => (
            <Entry key={`${entry.at}-${entry.event.event}`} entry={entry} signature={signatureOf(entry)} />
          ))}
        </ul>
      )}
      {data?.hasMore && (
        <div className="border-t border-line-faint px-4 py-1.5">
          <LinkButton onClick={() => setLimit(limit + 25)}>{t("history.more")}</LinkButton>
        </div>
      )}
    </Frame>
  );
}

function Entry({ entry: { at, event }, signature }: { entry: HistoryEntry; signature?: CommitSignature }) {
  const { t } = useTranslation("policy");
  const dates = useDates();
  const time = ms(at);
  const looks: Record<typeof event.event, { glyph: GlyphName; color: string }> = {
    chose: { glyph: "ready", color: "text-ready" },
    written:
      event.event === "written" && event.isRollback
        ? { glyph: "rolledBack", color: "text-blocked" }
        : { glyph: "healthy", color: "text-healthy" },
    held: { glyph: "held", color: "text-held" },
    lifted: { glyph: "held", color: "text-fg-muted" },
    ruleChanged: { glyph: "observe", color: "text-fg-muted" },
  };
  const { glyph, color } = looks[event.event];
  return (
    <li className="grid min-h-7.5 grid-cols-[16px_112px_minmax(0,1fr)_max-content] items-center gap-2 border-b border-line-faint px-4 text-small whitespace-nowrap last:border-b-0">
      <Glyph name={glyph} className={color} />
      <time dateTime={at} title={dates.full(time)} className="text-fg-muted">
        {dates.moment(time)}
      </time>
      {event.event === "written" ? (
        <VersionMove move={event.change} />
      ) : (
        <span className="clip">
          {event.event === "chose" && t("history.chose", { tag: event.tag })}
          {event.event === "held" && t("history.held", { tag: event.hold.tag ?? "Git", reason: event.hold.reason })}
          {event.event === "lifted" && t("history.lifted")}
          {event.event === "ruleChanged" && t("history.rule", { from: event.from, to: event.to })}
        </span>
      )}
      <span className="clip max-w-36 text-fg-secondary">
        {event.event === "written" && (event.release === null ? event.author : t("history.bySluice"))}
        {event.event === "ruleChanged" && event.author}
        {event.event === "held" && (event.hold.by ?? "Git")}
        {event.event === "lifted" && event.by}
      </span>
      {signature && <SignatureLine of={signature} className="col-span-2 col-start-3 pb-1.5" />}
    </li>
  );
}
