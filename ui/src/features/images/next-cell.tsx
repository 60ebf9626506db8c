import type { TFunction } from "i18next";
import type { ImageRow, Remedy } from "@/api/generated";
import { Due } from "@/components/age";
import { LinkButton } from "@/components/button";
import type { DateWriter } from "@/lib/dates";
import { msOf } from "@/lib/moment";

/** What the cells of all rows share. They take it from their table: a hook a cell would be a thousand hooks. */
export interface CellTools {
  t: TFunction<["images", "domain"]>;
  dates: DateWriter;
  review: (row: ImageRow) => void;
  mend: (remedy: Remedy) => void;
}

const day = 86_400_000;

/** What happens next and when: a link where a person is wanted, words where it happens by itself. */
export function NextCell({ row, tools: { t, dates, review, mend } }: { row: ImageRow; tools: CellTools }) {
  const { kind, remedy } = row.next;
  const at = msOf(row.next.at);
  const since = msOf(row.next.since);
  const when = (time: number) => {
    const away = Math.abs(time - Date.now());
    return away < day / 2 ? dates.time(time) : away < 6 * day ? dates.weekday(time) : dates.day(time);
  };
  // For what waits the day is enough; for what will happen the hour matters.
  const whence = (time: number) => {
    const away = Date.now() - time;
    return away < day / 2 ? dates.time(time) : away < 6 * day ? dates.weekdayOnly(time) : dates.day(time);
  };
  const tail = since !== undefined && <span className="text-fg-muted">{t("since", { time: whence(since) })}</span>;
  switch (kind) {
    case "review":
    case "approve":
      return (
        <>
          <LinkButton onClick={() => review(row)}>{t(`next.${kind}`)}</LinkButton> {tail}
        </>
      );
    case "mend":
    case "lookAfter":
      return (
        <>
          {remedy && remedy.action.do !== "read" ? (
            <LinkButton title={remedy.words} onClick={() => mend(remedy)}>
              {t(`domain:remedy.${remedy.action.do}`)}
            </LinkButton>
          ) : (
            <span className="text-fg-secondary" title={remedy?.words}>
              {t(`next.${kind}`)}
            </span>
          )}{" "}
          {tail}
        </>
      );
    case "check":
      return (
        <span className="text-fg-secondary">
          {t("next.check")} {at !== undefined && <Due at={at} className="text-fg-muted" />}
        </span>
      );
    case "holdEnds":
      return (
        <span className="text-fg-secondary">
          {at === undefined ? t("next.untilLifted") : t("nextAt", { what: t("next.holdEnds"), time: when(at) })}
        </span>
      );
    case "watch":
    case "paused":
      return <span className="text-fg-secondary">{t(`next.${kind}`)}</span>;
    default:
      return (
        <span className="text-fg-secondary">
          {at === undefined ? t(`next.${kind}`) : t("nextAt", { what: t(`next.${kind}`), time: when(at) })}
        </span>
      );
  }
}
