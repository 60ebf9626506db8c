import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HistoryEntry, ObjectRef } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { Frame } from "@/components/frame";
import { Glyph, type GlyphName } from "@/components/glyph";
import { PendingRows, Problem } from "@/components/states";
import { VersionMove } from "@/domain/version-move";
import { useDates } from "@/lib/dates";
import { ms } from "@/lib/moment";

const firstPage = 8;

/** What happened to the policy, newest first. */
export function History({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const [limit, setLimit] = useState(firstPage);
  const { data, error } = useAsk("policyHistory", { policy, limit }, { keepLast: true });
  return (
    <Frame title={t("history.title")}>
      {error && !data ? (
        <Problem title={t("history.failed")} quote={error.message} />
      ) : !data ? (
        <PendingRows count={3} label={t("loading")} />
      ) : data.entries.length === 0 ? (
        <p className="px-4 py-3 text-small text-fg-secondary">{t("history.none")}</p>
      ) : (
        <ul>
          {data.entries.map((entry) => (
            <Entry key={`${entry.at}-${entry.event.event}`} entry={entry} />
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

function Entry({ entry: { at, event } }: { entry: HistoryEntry }) {
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
    <li className="grid h-7.5 grid-cols-[16px_112px_minmax(0,1fr)_max-content] items-center gap-2 border-b border-line-faint px-4 text-small whitespace-nowrap last:border-b-0">
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
    </li>
  );
}
