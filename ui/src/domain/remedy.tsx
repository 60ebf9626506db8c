import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Remedy } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { sayError } from "@/domain/error-words";
import { useLanguage } from "@/lib/i18n";
import { useGoTo } from "./pages";
import { useOpenProposal } from "./proposal";

/**
 * What mends something, as a link that does it. A remedy that only a person can do is a sentence: the engine's in English,
 * and `own` where the window speaks another language.
 */
export function RemedyLink({ remedy, own, className }: { remedy: Remedy; own?: string; className?: string }) {
  const act = useRemedy();
  const { t } = useTranslation("domain");
  const english = useLanguage() !== "zh-CN";
  const { action } = remedy;
  if (action.do === "read") return <span className={className}>{english ? remedy.words : own}</span>;
  return (
    <LinkButton className={className} title={english ? remedy.words : undefined} onClick={() => act(remedy)}>
      {t(`remedy.${action.do}`)}
    </LinkButton>
  );
}

/** Does what a remedy says, or goes to where it can be done. */
export function useRemedy(): (remedy: Remedy) => void {
  const goTo = useGoTo();
  const navigate = useNavigate();
  const failed = sayError;
  const liftHold = useAct("liftHold");
  const resumeAutomation = useAct("resumeAutomation");
  const resumeAll = useAct("resumeAll");
  const checkNow = useAct("checkNow");
  const unlockKeychain = useAct("unlockKeychain");
  const { propose } = useOpenProposal();
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
      case "takeOver":
        propose({ wish: "handOver", automation: action.automation, to: "here" });
        return;
      // What asks for a decision or a secret is done where its surroundings are shown.
      case "signIn":
      case "registerKey":
      case "allowWriting":
      case "setMode":
        void navigate({ to: "/sources", search: remedySearch(action) });
        return;
      case "read":
        return;
    }
  };
}

function remedySearch(action: Remedy["action"]): { show?: string; signIn?: string } {
  if (action.do === "signIn") return { show: action.target, signIn: action.kind };
  if (action.do === "setMode") return { show: action.automation.source };
  return "source" in action ? { show: action.source } : {};
}
