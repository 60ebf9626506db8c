import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { Diagnosis, Severity } from "@/api/generated";
import { Frame } from "@/components/frame";
import { StateGlyph, type StateTone } from "@/components/state";
import { PlaceText } from "@/domain/place-text";
import { RemedyLink } from "@/domain/remedy";
import { useLanguage } from "@/lib/i18n";
import { listNames } from "@/lib/list";
import { sentence } from "@/lib/sentence";

const tones: Record<Severity, StateTone> = { error: "failed", warning: "degraded", hint: "waiting" };

/** What is wrong, the worst first: cause, place, the nearest name, and a fix that becomes a plan. */
export function FoundProblems({ problems }: { problems: readonly Diagnosis[] }) {
  const { t } = useTranslation("onboarding");
  const { t: d } = useTranslation("diagnosis");
  const english = useLanguage() !== "zh-CN";
  if (problems.length === 0) return null;
  return (
    <Frame title={t("problems")} aside={t("problemsHint", { count: problems.length })}>
      <ul>
        {problems.map((problem) => (
          <li key={problem.id} className="flex gap-2.5 border-b border-line-faint px-4 py-2.5 last:border-b-0">
            <span className="pt-0.5">
              <StateGlyph tone={tones[problem.severity]} />
              <span className="sr-only">{t(`severity.${problem.severity}`)}</span>
            </span>
            <div className="min-w-0 flex-1 text-small">
              <h3 className="text-base font-medium wrap-anywhere" title={d(`${problem.code}.means`)}>
                {d(`${problem.code}.title`)}
              </h3>
              {problem.place && <PlaceText place={problem.place} withSource={false} className="block" />}
              {!english && <p className="text-fg-secondary">{d(`${problem.code}.means`)}</p>}
              <p className={clsx("text-fg-secondary wrap-anywhere", !english && "mono")}>{problem.message}</p>
              {problem.nearest.length > 0 && (
                <p className="text-fg-secondary">
                  {t("nearest")} <span className="mono">{listNames(problem.nearest)}</span>
                </p>
              )}
              {english && problem.hint !== "" && <p className="text-fg-muted">{sentence(problem.hint)}</p>}
            </div>
            {problem.remedy && (
              <span className="flex-none">
                <RemedyLink remedy={problem.remedy} className="text-small" />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Frame>
  );
}
