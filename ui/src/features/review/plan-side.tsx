import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CheckState, GateCheck, HoldDraft, Plan } from "@/api/generated";
import { LinkButton } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { TextInput } from "@/components/input";
import { StateGlyph, type StateTone } from "@/components/state";
import { Note } from "@/components/states";
import { TextArea } from "@/components/text-area";
import { ErrorText } from "@/domain/error-words";
import { useGateMend } from "@/domain/image-state";
import { RemedyLink } from "@/domain/remedy";
import { useLanguage } from "@/lib/i18n";
import { authorText, shortRemote } from "./sheet-state";

/** The commit of one plan: its message, who signs for it, where it goes, and what every gate says. */
export function PlanSide({
  plan,
  title,
  message,
  frozen,
  onMessage,
  hold,
  onHold,
}: {
  plan: Plan;
  title: string;
  message: string;
  frozen: boolean;
  onMessage: (message: string) => void;
  hold: HoldDraft | undefined;
  onHold: ((hold: HoldDraft | undefined) => void) | undefined;
}) {
  const { t } = useTranslation("review");
  const id = useId();
  const { target } = plan;
  return (
    <div className="min-h-0 overflow-auto border-l border-line p-4">
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-strong whitespace-nowrap">
          {t("message")}
        </label>
        {message === plan.message ? (
          <span className="clip text-small text-fg-muted">{t(`from.${plan.messageFrom}`)}</span>
        ) : (
          <LinkButton onClick={() => onMessage(plan.message)}>{t("messageBack")}</LinkButton>
        )}
      </div>
      <TextArea
        id={id}
        rows={7}
        value={message}
        disabled={frozen}
        aria-invalid={message.trim() === "" || undefined}
        onChange={(event) => onMessage(event.target.value)}
      />
      <dl className="mt-3 grid grid-cols-[72px_minmax(0,1fr)] gap-x-3 gap-y-2 text-small max-wide:grid-cols-[60px_minmax(0,1fr)] max-wide:gap-x-2">
        <dt className="text-fg-muted">{t("author")}</dt>
        <dd className="mono min-w-0 wrap-anywhere">{authorText(plan.author)}</dd>
        <dt className="text-fg-muted">{t("target")}</dt>
        <dd className="min-w-0">
          <span className="mono clip-start block" title={target.remote} data-selectable>
            <bdi dir="ltr">{shortRemote(target.remote)}</bdi>
          </span>
          <span className="flex min-w-0 items-baseline gap-1.5">
            <span aria-hidden="true" className="text-fg-muted">
              →
            </span>
            <span className="mono wrap-anywhere">{target.branch}</span>
          </span>
          {target.createsBranch && <span className="block text-fg-muted">{t("createsBranch")}</span>}
        </dd>
        <dt className="text-fg-muted">{t("base")}</dt>
        <dd className="mono">{plan.base.slice(0, 7)}</dd>
        <dt className="text-fg-muted">{t("signature")}</dt>
        <dd className={plan.signature ? "mono wrap-anywhere" : ""}>{plan.signature ?? t("unsigned")}</dd>
      </dl>
      {hold && onHold && <HoldLine hold={hold} onHold={onHold} frozen={frozen} />}
      <section className="mt-4 border-t border-line pt-3">
        <h3 className="mb-2 font-strong">
          {t("gates")} <span className="mono font-regular text-fg-muted">{title}</span>
        </h3>
        <ul className="flex flex-col gap-2">
          {plan.checks.map((check) => (
            <GateLine key={check.check} check={check} />
          ))}
        </ul>
      </section>
      {plan.obstacle && (
        <div className="mt-3">
          <Note tone="blocked">
            <ErrorText error={plan.obstacle} />
          </Note>
        </div>
      )}
      {plan.skipsWait && (
        <div className="mt-3">
          <Note tone="degraded">{t("skipsWait")}</Note>
        </div>
      )}
    </div>
  );
}

const tones: Record<CheckState, StateTone> = {
  open: "healthy",
  opensWithRelease: "ready",
  opensUrgently: "cooling",
  closed: "blocked",
  unknown: "waiting",
};

/** Chinese says of an open gate what its check looked for; English has the engine's own words. */
function GateLine({ check }: { check: GateCheck }) {
  const { t } = useTranslation("review");
  const mend = useGateMend();
  const english = useLanguage() !== "zh-CN";
  const detail = check.gates.find((gate) => gate.detail !== null)?.detail;
  const words =
    english && check.words !== ""
      ? check.words
      : check.state === "open"
        ? t(`checkOpen.${check.check}`)
        : t(`gateState.${check.state}`);
  return (
    <li className="grid grid-cols-[16px_88px_minmax(0,1fr)] items-start gap-x-2 text-small max-wide:grid-cols-[16px_72px_minmax(0,1fr)]">
      <StateGlyph tone={tones[check.state]} />
      <span>{t(`check.${check.check}`)}</span>
      <span className="min-w-0 wrap-anywhere text-fg-secondary">
        {words}
        {detail && <span className="block text-fg-muted">{detail}</span>}
        {check.gates.map(
          (gate) =>
            gate.remedy && <RemedyLink key={gate.code} remedy={gate.remedy} own={mend(gate)} className="block" />,
        )}
      </span>
    </li>
  );
}

/** A hold that comes with the release, so that what was taken back does not come again by itself. */
function HoldLine({
  hold,
  onHold,
  frozen,
}: {
  hold: HoldDraft;
  onHold: (hold: HoldDraft | undefined) => void;
  frozen: boolean;
}) {
  const { t } = useTranslation("review");
  const id = useId();
  return (
    <section className="mt-4 flex flex-col gap-2 border-t border-line pt-3 text-small">
      <div className="flex items-center gap-2">
        <Checkbox
          label={t("hold", { tag: hold.tag ?? "" })}
          checked
          disabled={frozen}
          onChange={() => onHold(undefined)}
        />
        <span className="font-medium">{t("hold", { tag: hold.tag ?? "" })}</span>
      </div>
      <label htmlFor={id} className="text-fg-muted">
        {t("holdReason")}
      </label>
      <TextInput
        id={id}
        disabled={frozen}
        value={hold.reason}
        onChange={(event) => onHold({ ...hold, reason: event.target.value })}
      />
    </section>
  );
}
