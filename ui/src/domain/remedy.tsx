import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Remedy } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { say } from "@/lib/toast";
import { useGoTo } from "./pages";

/** What mends something, as a link that does it. A remedy that only a person can do is a sentence. */
export function RemedyLink({ remedy, className }: { remedy: Remedy; className?: string }) {
  const act = useRemedy();
  const { t } = useTranslation("domain");
  const { action } = remedy;
  if (action.do === "read") return <span className={className}>{remedy.words}</span>;
  return (
    <LinkButton className={className} title={remedy.words} onClick={() => act(remedy)}>
      {t(`remedy.${action.do}`)}
    </LinkButton>
  );
}

/** Does what a remedy says, or goes to where it can be done. */
export function useRemedy(): (remedy: Remedy) => void {
  const goTo = useGoTo();
  const navigate = useNavigate();
  const failed = (error: Error) => say(error.message, { tone: "failed" });
  const liftHold = useAct("liftHold");
  const resumeAutomation = useAct("resumeAutomation");
  const resumeAll = useAct("resumeAll");
  const checkNow = useAct("checkNow");
  const unlockKeychain = useAct("unlockKeychain");
  return ({ action }) => {
    switch (action.do) {
      case "show":
        goTo(action.page);
        return;
      case "liftHold":
        liftHold.mutate({ policy: action.policy }, { onError: failed });
        return;
      case "resumeAutomation":
        resumeAutomation.mutate({ automation: action.automation }, { onError: failed });
        return;
      case "resumeAll":
        resumeAll.mutate({}, { onError: failed });
        return;
      case "checkNow":
        checkNow.mutate({ scope: action.scope }, { onError: failed });
        return;
      case "unlockKeychain":
        unlockKeychain.mutate({}, { onError: failed });
        return;
      // What asks for a decision or a secret is done where its surroundings are shown.
      case "signIn":
      case "allowWriting":
      case "setMode":
        void navigate({ to: "/sources", search: remedySearch(action) });
        return;
      case "read":
        return;
    }
  };
}

function remedySearch(action: Remedy["action"]): { show?: string } {
  if (action.do === "signIn") return { show: action.target };
  if (action.do === "setMode") return { show: action.automation.source };
  return "source" in action ? { show: action.source } : {};
}
