import { useTranslation } from "react-i18next";
import { useSpan } from "@/components/age";
import { Button } from "@/components/button";
import { useDates } from "@/lib/dates";
import type { ReasonGroup } from "./layout/brush";
import { MarkGlyph } from "./legend";
import { useReasonCount } from "./tag-words";
import type { TimelineTag } from "./types";

/** What one change of the policy would do to the brushed tags. */
export interface Suggestion {
  /** The rule that would choose one of them, such as `1.x`. */
  rule: string;
  chosen: string;
}

const frame =
  "flex min-h-10 flex-wrap items-center gap-x-3.5 gap-y-1 rounded-b-panel border-t border-line bg-sunken py-1 pr-2 pl-4 text-small";

/** The strip below a brush: why not these, and what would choose one. */
export function WhyNotFoot({
  count,
  from,
  to,
  groups,
  suggestion,
  onTry,
  onClear,
}: {
  count: number;
  from: number;
  to: number;
  groups: readonly ReasonGroup[];
  suggestion: Suggestion | undefined;
  onTry: (() => void) | undefined;
  onClear: () => void;
}) {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const reasonCount = useReasonCount();
  return (
    <div role="status" className={frame}>
      <span className="font-strong whitespace-nowrap">{t("whyNot", { count })}</span>
      <span className="whitespace-nowrap text-fg-muted max-wide:hidden">{dates.range(from, to)}</span>
      {groups.slice(0, 4).map((group) => (
        <span key={`${group.code}-${group.subject}`} className="inline-flex items-center gap-2 whitespace-nowrap">
          <MarkGlyph mark="passed" size={12} />
          {reasonCount({ code: group.code, subject: group.subject, count: group.indices.length })}
        </span>
      ))}
      {groups.length > 4 && <span className="text-fg-muted">{t("moreReasons", { count: groups.length - 4 })}</span>}
      {groups.length === 0 && <span className="text-fg-muted">{t("allMatch")}</span>}
      <span className="flex-1" />
      {suggestion && (
        <span className="whitespace-nowrap text-fg-muted">
          <span className="mono">{suggestion.rule}</span> {t("wouldChoose")}{" "}
          <span className="mono">{suggestion.chosen}</span>
        </span>
      )}
      {suggestion && onTry && <Button onClick={onTry}>{t("try", { rule: suggestion.rule })}</Button>}
      <Button look="ghost" keys="Escape" onClick={onClear}>
        {t("clear")}
      </Button>
    </div>
  );
}

/** The strip below two marks that are compared. */
export function CompareFoot({
  first,
  second,
  sizes,
  onClear,
}: {
  first: TimelineTag;
  second: TimelineTag | undefined;
  sizes: string | undefined;
  onClear: () => void;
}) {
  const { t } = useTranslation("timeline");
  const span = useSpan();
  return (
    <div role="status" className={frame}>
      <span className="font-strong whitespace-nowrap">{t("compare.title")}</span>
      <span className="mono">{first.tag}</span>
      {second ? (
        <>
          <span className="text-fg-muted" aria-hidden="true">
            →
          </span>
          <span className="mono">{second.tag}</span>
          <span className="text-fg-secondary">
            {t(second.at >= first.at ? "compare.later" : "compare.earlier", {
              span: span(Math.abs(second.at - first.at)),
            })}
          </span>
          {sizes && <span className="text-fg-secondary">{sizes}</span>}
        </>
      ) : (
        <span className="text-fg-muted">{t("compare.pick")}</span>
      )}
      <span className="flex-1" />
      <Button look="ghost" keys="Escape" onClick={onClear}>
        {t("clear")}
      </Button>
    </div>
  );
}
