import { useTranslation } from "react-i18next";
import type { Mark } from "./types";

/** One mark as a small drawing, for the legend, the strip below and lists of tags. */
export function MarkGlyph({ mark, chosen = false, size = 14 }: { mark: Mark; chosen?: boolean; size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 22 22" className="flex-none">
      {chosen && <circle cx="11" cy="11" r="9" fill="var(--surface)" stroke="var(--timeline-mark)" strokeWidth="2" />}
      {mark === "matches" && <circle cx="11" cy="11" r={chosen ? 5 : 7} fill="var(--timeline-mark)" />}
      {mark === "passed" && (
        <circle cx="11" cy="11" r="6.5" fill="var(--surface)" stroke="var(--timeline-passed)" strokeWidth="2.2" />
      )}
      {mark === "cooling" && (
        <>
          <circle cx="11" cy="11" r="6.5" fill="var(--surface)" stroke="var(--state-cooling)" strokeWidth="2.2" />
          <path d="M6 12.5 12.5 6M7.5 15.5l8-8M11 16l5-5" stroke="var(--state-cooling)" strokeWidth="1.8" />
        </>
      )}
      {mark === "blocked" && (
        <>
          <circle cx="11" cy="11" r="6.5" fill="var(--surface)" stroke="var(--state-blocked)" strokeWidth="2.2" />
          <path d="M2.5 19.5l17-17" stroke="var(--state-blocked)" strokeWidth="2.4" strokeLinecap="round" />
        </>
      )}
    </svg>
  );
}

/** What the shapes mean; only those that are drawn. */
export function Legend({ marks, hasChoice }: { marks: ReadonlySet<Mark>; hasChoice: boolean }) {
  const { t } = useTranslation("timeline");
  const order: Mark[] = ["matches", "passed", "cooling", "blocked"];
  return (
    <ul className="mr-2 flex flex-wrap items-center gap-x-3.5 gap-y-1 text-small text-fg-secondary max-[900px]:hidden">
      {hasChoice && (
        <li className="inline-flex items-center gap-1.25 whitespace-nowrap">
          <MarkGlyph mark="matches" chosen size={20} />
          {t("legend.chosen")}
        </li>
      )}
      {order
        .filter((mark) => marks.has(mark))
        .map((mark) => (
          <li key={mark} className="inline-flex items-center gap-1.25 whitespace-nowrap">
            <MarkGlyph mark={mark} />
            {t(`legend.${mark}`)}
          </li>
        ))}
    </ul>
  );
}
