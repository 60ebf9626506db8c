import { useTranslation } from "react-i18next";
import type { StateTone } from "@/components/state";
import { useDates } from "@/lib/dates";
import type { Reason, TimelineTag } from "./types";

const known = [
  "excluded",
  "filteredOut",
  "notAVersion",
  "prerelease",
  "outsideRange",
  "notANumber",
  "unverified",
  "behind",
  "equal",
  "sameText",
  "nothingChosen",
  "gone",
] as const;
type KnownReason = (typeof known)[number];

function isKnown(code: string): code is KnownReason {
  return (known as readonly string[]).includes(code);
}

/** A reason in the language of the window; one that is not known keeps its own words. */
export function useReasonWords(): (reason: Reason) => string {
  const { t } = useTranslation("timeline");
  return (reason) =>
    isKnown(reason.code) ? t(`reason.${reason.code}`, { subject: reason.subject ?? "" }) : reason.detail;
}

/** A reason with how many tags it is that of: "4 outside 1.0.x". */
export function useReasonCount(): (group: { code: string; subject?: string; count: number }) => string {
  const { t } = useTranslation("timeline");
  return ({ code, subject = "", count }) =>
    isKnown(code) ? t(`reasonCount.${code}`, { count, subject }) : `${count} ${code}`;
}

/** What a tag is, as a glyph and words, and why. */
export function useTagWords(): (tag: TimelineTag, chosen: boolean) => { tone: StateTone; words: string; why: string } {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const reason = useReasonWords();
  return (tag, chosen) => {
    const why = tag.reason ? reason(tag.reason) : "";
    if (chosen) return { tone: "ready", words: t("mark.chosen"), why };
    switch (tag.mark) {
      case "matches":
        return { tone: "healthy", words: t("mark.matches"), why };
      case "cooling":
        return {
          tone: "cooling",
          words:
            tag.coolingUntil === undefined
              ? t("mark.cooling")
              : t("mark.coolingUntil", { time: dates.weekday(tag.coolingUntil) }),
          why,
        };
      case "blocked":
        return { tone: "blocked", words: t("mark.blocked"), why };
      case "passed":
        return { tone: "waiting", words: t("mark.passed"), why };
    }
  };
}
