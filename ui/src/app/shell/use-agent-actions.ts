import { useTranslation } from "react-i18next";
import type { Shell } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { sayError } from "@/domain/error-words";
import { type Action, useActions } from "@/lib/actions";
import { say } from "@/lib/toast";

/** What can be asked of the agent from anywhere: look now, pause, go on. */
export function useAgentActions(shell: Shell | undefined): void {
  const { t } = useTranslation("shell");
  const check = useAct("checkNow");
  const pause = useAct("pauseAll");
  const resume = useAct("resumeAll");
  const onError = sayError;
  const actions: Action[] = [];
  if (shell) {
    actions.push({
      id: "check-all",
      label: t("action.checkAll"),
      scope: "window",
      run: () =>
        check.mutate(
          { scope: { what: "all" } },
          { onSuccess: () => say(t("action.checking"), { tone: "progressing" }), onError },
        ),
    });
    actions.push(
      shell.agent.paused
        ? { id: "resume", label: t("action.resume"), scope: "window", run: () => resume.mutate({}, { onError }) }
        : {
            id: "pause",
            label: t("action.pause"),
            keys: "Mod+Shift+p",
            scope: "window",
            run: () => pause.mutate({ span: { for: "seconds", seconds: 3600 } }, { onError }),
          },
    );
  }
  useActions(actions);
}
