import { Boxes, Monitor } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Mode, Proposal, ProposalStep, Wish } from "@/api/generated";
import { Segmented } from "@/components/segmented";
import { FieldChanges } from "@/domain/field-changes";
import { Notes, Obstacle } from "./notes";

/** Who stops and who begins, in this order, with the fields that say so. */
export function HandOverBody({
  proposal,
  frozen,
  onWish,
}: {
  proposal: Proposal;
  frozen: boolean;
  onWish: (wish: Wish) => void;
}) {
  const { t } = useTranslation(["proposal", "domain"]);
  const { wish, steps } = proposal;
  if (wish.wish !== "handOver") return null;
  const cluster = wish.cluster ?? "";
  return (
    <div className="flex flex-col gap-4 p-5">
      <p className="text-fg-secondary">
        {t(wish.to === "here" ? "explain.takeOver" : "explain.handOver", { cluster })}
      </p>
      {wish.to === "here" && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <span className="text-small text-fg-muted">{t("modeThen")}</span>
          <Segmented<Mode>
            label={t("modeThen")}
            value={wish.mode ?? "review"}
            onChange={(mode) => onWish({ ...wish, mode })}
            segments={(["review", "auto"] as const).map((value) => ({
              value,
              label: t(`domain:mode.${value}`),
              disabled: frozen,
            }))}
          />
          <span className="text-small text-fg-secondary">{t(`domain:modeMeans.${wish.mode ?? "review"}`)}</span>
        </div>
      )}
      {steps.length > 0 && (
        <ol aria-label={t("steps")} className="overflow-hidden rounded-panel border border-line">
          {steps.map((step, index) => (
            <Step key={step.verb} step={step} number={index + 1} />
          ))}
        </ol>
      )}
      <Notes notes={proposal.notes} />
      <Obstacle proposal={proposal} />
    </div>
  );
}

function Step({ step, number }: { step: ProposalStep; number: number }) {
  const { t } = useTranslation("proposal");
  const Icon = step.place.at === "cluster" ? Boxes : Monitor;
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto] items-start gap-x-2 border-b border-line-faint px-4 py-3 last:border-b-0">
      <span className="text-small text-fg-muted" data-figure>
        {number}
      </span>
      <div className="min-w-0">
        <p className="wrap-anywhere">
          <span className="font-medium">{t(`verb.${step.verb}`)}</span>{" "}
          <span className="text-fg-secondary">{step.object}</span>
        </p>
        <FieldChanges fields={step.fields} className="mt-0.5" />
      </div>
      <span className="inline-flex items-center gap-1.5 text-small whitespace-nowrap text-fg-secondary">
        <Icon size={14} className="text-fg-muted" />
        {step.place.at === "cluster" ? step.place.cluster : t("here")}
      </span>
    </li>
  );
}
