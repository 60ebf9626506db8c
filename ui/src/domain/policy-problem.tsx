import { useTranslation } from "react-i18next";
import type { PolicyProblem } from "@/api/generated";
import { useLanguage } from "@/lib/i18n";

/** Why a policy chooses nothing. English is the engine's own; Chinese says which kind it is and quotes the sentence. */
export function ProblemText({ problem }: { problem: PolicyProblem }) {
  const { t } = useTranslation("domain");
  const english = useLanguage() !== "zh-CN";
  return (
    <>
      <p className="wrap-anywhere">{english ? problem.message : t(`problem.${problem.code}.what`)}</p>
      {!english && <p className="mono wrap-anywhere text-fg-secondary">{problem.message}</p>}
      <p className="text-fg-secondary">{english ? problem.hint : t(`problem.${problem.code}.next`)}</p>
    </>
  );
}
