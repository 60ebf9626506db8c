import { useTranslation } from "react-i18next";
import type { ImageVersion, Step } from "@/api/generated";
import type { StepKind } from "@/components/chip";

/** The badge of a step: its weight and its word. */
export function useStepWord(): (step: Step | null) => { kind: StepKind; word: string } | undefined {
  const { t } = useTranslation("domain");
  return (step) =>
    step === null ? undefined : { kind: step === "prerelease" ? "other" : step, word: t(`step.${step}`) };
}

/** A version as it is printed: its tag, or the beginning of its digest. */
export function versionText(version: ImageVersion): string {
  if (version.tag !== null) return version.tag;
  return version.digest === null ? "" : `@${version.digest.replace(/^sha256:/, "").slice(0, 7)}`;
}
