import { useTranslation } from "react-i18next";
import type { ReadingStage } from "@/api/generated";
import { State } from "@/components/state";
import { useDates } from "@/lib/dates";
import { useLanguage } from "@/lib/i18n";
import { bytes } from "@/lib/size";

/** How far reading is, in words and as a share where there is one. */
export function ReadingLine({ stage }: { stage: ReadingStage }) {
  const { t } = useTranslation("onboarding");
  const dates = useDates();
  const language = useLanguage();
  if (stage.stage === "done") return <State tone="healthy">{t("stage.done")}</State>;
  if (stage.stage === "failed") return <State tone="failed">{t("stage.failed")}</State>;
  if (stage.stage === "connecting") return <State tone="progressing">{t("stage.connecting")}</State>;
  const done = stage.stage === "fetching" ? stage.received : stage.done;
  const words =
    stage.stage === "fetching"
      ? t("stage.fetching", {
          done: dates.number(stage.received),
          total: dates.number(stage.total),
          size: bytes(stage.bytes, language),
        })
      : t(`stage.${stage.stage}`, { done: dates.number(stage.done), total: dates.number(stage.total) });
  return (
    <span className="flex items-center gap-3">
      <State tone="progressing">{words}</State>
      {stage.total > 0 && (
        <progress
          aria-label={words}
          max={stage.total}
          value={done}
          className="h-1 w-24 flex-none appearance-none overflow-hidden rounded-round bg-active [&::-moz-progress-bar]:bg-progressing [&::-webkit-progress-bar]:bg-active [&::-webkit-progress-value]:bg-progressing"
        />
      )}
    </span>
  );
}
