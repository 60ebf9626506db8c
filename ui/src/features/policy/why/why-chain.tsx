import clsx from "clsx";
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectRef, Why, WhyState, WhyStep } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { IconButton } from "@/components/button";
import { StateGlyph, type StateTone } from "@/components/state";
import { PendingRows, Problem } from "@/components/states";
import { RemedyLink } from "@/domain/remedy";
import { Signature } from "@/domain/signature";
import { versionText } from "@/domain/step";
import { useDates } from "@/lib/dates";
import { msOf } from "@/lib/moment";
import { say } from "@/lib/toast";
import { useStepWords } from "./step-words";

/** Nine steps from scanned to running, always all nine: six about what comes next, three about what is there now. */
export function WhyChain({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const { data, error } = useAsk("why", { policy }, { keepLast: true });
  return (
    <section aria-labelledby="why-title">
      <div className="mb-2 flex min-w-0 items-center gap-3">
        <h2 id="why-title" className="font-strong">
          {t("why.title")}
        </h2>
        {data && <Summary why={data} />}
        <span className="flex-1" />
        {data && (
          <>
            <span className="mono clip text-fg-muted max-wide:hidden" data-selectable>
              {data.command}
            </span>
            <IconButton
              label={t("why.copy")}
              onClick={() => void navigator.clipboard.writeText(data.command).then(() => say(t("why.copied")))}
            >
              <Copy size={15} strokeWidth={1.75} />
            </IconButton>
          </>
        )}
      </div>
      {error && !data && <Problem title={t("why.failed")} quote={error.message} />}
      {!data && !error && <PendingRows count={2} label={t("loading")} />}
      {data && <Chains why={data} />}
    </section>
  );
}

/** One sentence over all: the first step that is not fine, or that there is none. */
function Summary({ why }: { why: Why }) {
  const { t } = useTranslation("policy");
  const words = useStepWords();
  const broken = why.steps.find((step) => step.state === "broken" || step.state === "degraded");
  const waiting = why.steps.find((step) => step.state === "waiting");
  const step = broken ?? waiting;
  const sentence = !step
    ? t("why.allFine")
    : broken
      ? t("why.stopsAt", { step: t(`why.step.${step.facts.step}`), words: words(step).value })
      : t("why.waitsAt", { step: t(`why.step.${step.facts.step}`), version: why.next ? versionText(why.next) : "" });
  return <span className="clip text-small text-fg-muted">{sentence}</span>;
}

function Chains({ why }: { why: Why }) {
  const { t } = useTranslation("policy");
  const dates = useDates();
  const seen = msOf(why.nextSeen);
  const since = msOf(why.nowSince);
  return (
    <div className="grid grid-cols-[minmax(0,6fr)_minmax(0,3.3fr)] gap-3 max-wide:grid-cols-1">
      <Chain
        title={t("why.next")}
        version={why.next ? versionText(why.next) : t("why.nothing")}
        aside={seen === undefined ? undefined : t("why.seen", { time: dates.moment(seen) })}
        steps={why.steps.slice(0, 6)}
        source={why.policy.source}
        columns="grid-cols-[1fr_.95fr_1.1fr_1.4fr_1.1fr_1.2fr] max-[760px]:grid-cols-3"
      />
      <Chain
        title={t("why.now")}
        version={why.now ? versionText(why.now) : t("why.nothing")}
        aside={since === undefined ? undefined : t("why.since", { time: dates.moment(since) })}
        steps={why.steps.slice(6)}
        source={why.policy.source}
        columns="grid-cols-3"
      />
    </div>
  );
}

function Chain({
  title,
  version,
  aside,
  steps,
  source,
  columns,
}: {
  title: string;
  version: string;
  aside: ReactNode;
  steps: readonly WhyStep[];
  source: string;
  columns: string;
}) {
  return (
    <div className="flex flex-col overflow-hidden rounded-panel border border-line">
      <h3 className="flex h-7.5 flex-none items-center gap-2 border-b border-line-faint bg-sunken px-3 text-small whitespace-nowrap">
        <span className="font-medium">{title}</span>
        <span className="mono clip font-medium">{version}</span>
        <span className="clip text-fg-muted">{aside}</span>
      </h3>
      <ol className={clsx("grid flex-1 divide-x divide-line-faint", columns)}>
        {steps.map((step) => (
          <Step key={step.facts.step} step={step} source={source} />
        ))}
      </ol>
    </div>
  );
}

const tones: Record<WhyState, StateTone> = {
  fine: "healthy",
  waiting: "ready",
  degraded: "degraded",
  broken: "failed",
  unknown: "waiting",
};

function Step({ step, source }: { step: WhyStep; source: string }) {
  const { t } = useTranslation("policy");
  const { value, detail, mono } = useStepWords()(step);
  return (
    <li
      className={clsx(
        "min-w-0 px-3 pt-2.25 pb-2.5 text-small",
        step.state === "waiting" && "bg-ready-tint shadow-[inset_0_2px_var(--state-ready)]",
        step.state === "degraded" && "bg-degraded-tint shadow-[inset_0_2px_var(--state-degraded)]",
        step.state === "broken" && "bg-failed-tint shadow-[inset_0_2px_var(--state-failed)]",
      )}
    >
      <div className="mb-1 flex items-center gap-1.5 whitespace-nowrap">
        <StateGlyph tone={tones[step.state]} />
        <span className={clsx("clip font-strong", step.state === "unknown" && "!font-medium text-fg-muted")}>
          {t(`why.step.${step.facts.step}`)}
        </span>
        <span className="sr-only">{t(`why.state.${step.state}`)}</span>
      </div>
      <div className={clsx("clip", mono && "mono leading-4")} title={value}>
        {value}
      </div>
      {detail && (
        <div className="mt-px wrap-anywhere text-fg-muted [li[class*=tint]_&]:text-fg-secondary">{detail}</div>
      )}
      {step.facts.step === "pushed" && step.facts.commit !== null && (
        <Signature source={source} commit={step.facts.commit} className="mt-px" />
      )}
      {step.remedy && (
        <RemedyLink
          remedy={step.remedy}
          own={t(`why.mend.${step.facts.step}`)}
          className="!whitespace-normal text-left"
        />
      )}
    </li>
  );
}
