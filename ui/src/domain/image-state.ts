import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Gate, ImageState } from "@/api/generated";
import type { StateTone } from "@/components/state";

const tones: Record<ImageState, StateTone> = {
  ready: "ready",
  cooling: "cooling",
  window: "window",
  approval: "approval",
  held: "held",
  blocked: "blocked",
  stuck: "failed",
  releasing: "progressing",
  observed: "observe",
  upToDate: "healthy",
  unused: "waiting",
  scanning: "progressing",
  unknown: "degraded",
};

/** How an image is: its glyph and its word. */
export function useImageState(): (state: ImageState) => { tone: StateTone; word: string } {
  const { t } = useTranslation("domain");
  return useCallback((state: ImageState) => ({ tone: tones[state], word: t(`state.${state}`) }), [t]);
}

/** A gate in the language of the window. What another side said stays in its own words. */
export function useGateWords(): (gate: Gate) => string {
  const { t } = useTranslation("domain");
  return (gate) => {
    if (gate.code === "hold" && gate.hold) {
      return gate.hold.tag === null ? t("gate.hold") : t("gate.holdAt", { tag: gate.hold.tag });
    }
    return t(`gate.${gate.code}`);
  };
}

/** What opens a gate that only a person can open, in the language of the window. */
export function useGateMend(): (gate: Gate) => string {
  const { t } = useTranslation("domain");
  return (gate) => (gate.code === "hold" && gate.hold?.isInGit ? t("gateMend.holdInGit") : t(`gateMend.${gate.code}`));
}
