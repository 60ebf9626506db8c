import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { Due } from "@/components/age";
import { Button } from "@/components/button";
import { MenuButton } from "@/components/menu-button";
import { State } from "@/components/state";
import { sayError } from "@/domain/error-words";
import { msOf } from "@/lib/moment";
import { Line } from "./section";

const spans = [
  { id: "hour", span: { for: "seconds", seconds: 3600 } },
  { id: "tomorrow", span: { for: "untilTomorrow" } },
  { id: "open", span: { for: "open" } },
] as const;

/** Pauses everything, or ends the pause. */
export function PauseLine() {
  const { t } = useTranslation("settings");
  const { data } = useAsk("shell", {});
  const pause = useAct("pauseAll");
  const resume = useAct("resumeAll");
  const onError = sayError;
  const paused = data?.agent.paused;
  const until = msOf(paused?.until);
  const next = msOf(data?.agent.nextCheckAt);
  return (
    <Line
      label={t("pause.title")}
      hint={
        paused ? (
          <State tone="paused">
            {t("pause.now")} {until !== undefined && <Due at={until} />}
          </State>
        ) : (
          <>
            {t("pause.runs")}{" "}
            {next !== undefined && (
              <>
                {t("pause.next")} <Due at={next} />
              </>
            )}
          </>
        )
      }
    >
      {paused ? (
        <Button disabled={resume.isPending} onClick={() => resume.mutate({}, { onError })}>
          {t("pause.resume")}
        </Button>
      ) : (
        <MenuButton
          label={t("pause.pause")}
          entries={spans.map(({ id, span }) => ({
            id,
            label: t(`pause.${id}`),
            run: () => pause.mutate({ span }, { onError }),
          }))}
        />
      )}
    </Line>
  );
}
