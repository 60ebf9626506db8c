import { useTranslation } from "react-i18next";
import type { TestResult } from "@/api/generated";
import { State } from "@/components/state";
import { Quote } from "@/components/states";
import { ErrorHint } from "@/domain/error-words";
import { useDates } from "@/lib/dates";

/** What a test tried, in order, each with its outcome. */
export function TestSteps({ result }: { result: TestResult }) {
  const { t } = useTranslation("sources");
  const dates = useDates();
  return (
    <div role="status" className="arrive text-small">
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {result.steps.map(({ step, words, problem }) => (
          <li key={step} className="min-w-0">
            <State tone={problem ? "failed" : "healthy"} title={words}>
              {t(`step.${step}`)} {words !== "" && <span className="mono text-fg-muted">{words}</span>}
            </State>
          </li>
        ))}
        <li className="text-fg-muted" data-figure>
          {t("took", { ms: dates.number(result.took) })}
        </li>
      </ul>
      {result.steps.map(
        ({ step, problem }) =>
          problem && (
            <div key={step} className="mt-2">
              <Quote>{problem.message}</Quote>
              <p className="mt-1 text-fg-secondary">
                <ErrorHint error={problem} />
              </p>
            </div>
          ),
      )}
    </div>
  );
}
