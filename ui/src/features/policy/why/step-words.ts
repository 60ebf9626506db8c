import { useTranslation } from "react-i18next";
import type { WhyStep } from "@/api/generated";
import { useSpan } from "@/components/age";
import { useGateWords } from "@/domain/image-state";
import { useDates } from "@/lib/dates";
import { goDuration } from "@/lib/duration";
import { joinClauses } from "@/lib/list";
import { msOf } from "@/lib/moment";
import { useReasonWords } from "../timeline/tag-words";
import { reasonOf } from "../timeline-data";

interface StepWords {
  value: string;
  detail: string;
  /** The value is what a machine wrote. */
  mono: boolean;
}

/** A step's headline and second line in the language of the window, from its facts; remotes keep their own words. */
export function useStepWords(): (step: WhyStep) => StepWords {
  const { t } = useTranslation("policy");
  const dates = useDates();
  const span = useSpan();
  const gateWords = useGateWords();
  const reasonWords = useReasonWords();
  const ago = (moment: string | null) => {
    const at = msOf(moment);
    return at === undefined ? "" : t("why.ago", { span: span(Math.max(0, Date.now() - at)) });
  };
  const plain = (value: string, detail = "", mono = false): StepWords => ({ value, detail, mono });

  return ({ facts }) => {
    switch (facts.step) {
      case "scanned":
        return plain(t("why.tags", { count: facts.tags }), facts.error ?? ago(facts.at));
      case "filtered": {
        const { counts } = facts;
        const out = counts.excluded + counts.filtered;
        return plain(
          t("why.kept", { count: counts.tags - out }),
          out > 0 ? t("why.leftOut", { count: out }) : t("why.noneLeftOut"),
        );
      }
      case "chosen": {
        const detail = [
          t("why.inRange", { count: facts.matching }),
          facts.cooling > 0 ? t("why.cooling", { count: facts.cooling }) : "",
          facts.reason ? reasonWords(reasonOf(facts.reason)) : "",
        ];
        return plain(facts.tag ?? t("why.nothing"), joinClauses(detail), facts.tag !== null);
      }
      case "marker": {
        const [first] = facts.places;
        const file = first ? `${first.path.split("/").pop()}:${first.line}` : t("why.noMarker");
        const detail = [
          facts.places.length > 0 && t("why.files", { count: facts.files }),
          facts.places.length > 0 && t("why.lines", { count: facts.places.length }),
          facts.ignored > 0 ? t("why.ignored", { count: facts.ignored }) : "",
        ];
        return plain(file, joinClauses(detail), first !== undefined);
      }
      case "automation":
        return plain(
          facts.automation?.name ?? t("why.noAutomation"),
          facts.branch === null || facts.interval === null
            ? ""
            : t("why.pushes", { branch: facts.branch, span: goDuration(facts.interval) }),
          facts.automation !== null,
        );
      case "gate": {
        const [gate] = facts.gates;
        const since = msOf(facts.since);
        return plain(
          gate ? gateWords(gate) : t("why.open"),
          gate && since !== undefined ? t("why.waitsSince", { time: dates.moment(since) }) : "",
        );
      }
      case "pushed": {
        const at = msOf(facts.at);
        return plain(
          facts.commit?.slice(0, 7) ?? t("why.notPushed"),
          facts.error ?? (at === undefined ? "" : dates.moment(at)),
          facts.commit !== null,
        );
      }
      case "applied":
        return plain(facts.commit?.slice(0, 7) ?? t("why.unknown"), "", facts.commit !== null);
      case "running":
        return plain(facts.tag ?? t("why.unknown"), "", facts.tag !== null);
    }
  };
}
