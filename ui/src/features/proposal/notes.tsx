import { useTranslation } from "react-i18next";
import type { Proposal, ProposalNote } from "@/api/generated";
import { Note } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { RemedyLink } from "@/domain/remedy";
import { useLanguage } from "@/lib/i18n";

/** What a person should know before the yes. What has no words of the window's own is the engine's sentence. */
export function Notes({ notes }: { notes: readonly ProposalNote[] }) {
  const { t } = useTranslation("proposal");
  const english = useLanguage() !== "zh-CN";
  return notes.map(({ code, words }) => (
    <Note key={words} tone={code === "staysSuspended" ? "observe" : "degraded"}>
      {english || code === "other" ? words : t(`note.${code}`)}
    </Note>
  ));
}

/** Why it cannot be done, and what mends that. */
export function Obstacle({ proposal }: { proposal: Proposal }) {
  if (proposal.obstacle === null || proposal.course.course === "done") return null;
  return (
    <Note tone="blocked">
      <ErrorText error={proposal.obstacle} />
      {proposal.remedy && <RemedyLink remedy={proposal.remedy} className="mt-1" />}
    </Note>
  );
}
