import { useTranslation } from "react-i18next";
import type { Mode, PolicyPage } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Chip } from "@/components/chip";
import { Glyph, type GlyphName } from "@/components/glyph";
import { Segmented } from "@/components/segmented";
import { State } from "@/components/state";
import { sayError } from "@/domain/error-words";
import { useGateWords, useImageState } from "@/domain/image-state";
import { versionText } from "@/domain/step";
import { VersionMove } from "@/domain/version-move";
import type { PolicyActions } from "./use-policy-actions";

/** The policy's name, its facts, its mode, and the one thing to do. */
export function PolicyHead({ page, actions }: { page: PolicyPage; actions: PolicyActions }) {
  const { t } = useTranslation("policy");
  const state = useImageState()(page.state);
  const gateWords = useGateWords();
  const [gate] = page.gates;
  const stateWords =
    page.state === "ready" ? t("readyForReview") : gate && page.state !== "upToDate" ? gateWords(gate) : state.word;
  const held = page.holds.some((hold) => !hold.isInGit);
  return (
    <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-line px-6 pt-4 pb-3.5 max-wide:px-4">
      <div className="min-w-0">
        <h2 className="clip text-hero font-strong tracking-[-.01em]" data-selectable>
          {page.policy.name} <span className="font-regular text-fg-muted">{page.policy.namespace}</span>
        </h2>
        <div className="mt-1 flex flex-wrap items-center gap-x-5 gap-y-1.5 text-small">
          <span className="mono text-fg-secondary" data-selectable>
            {page.image ?? t("noImage")}
          </span>
          {page.chip && <Chip kind={page.chip.kind}>{page.chip.value}</Chip>}
          {page.candidate ? (
            <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
              <span className="text-fg-muted">{t("inGit")}</span>
              <VersionMove move={page.candidate} />
            </span>
          ) : (
            page.inGit && (
              <span className="whitespace-nowrap">
                <span className="text-fg-muted">{t("inGit")}</span>{" "}
                <span className="mono">{versionText(page.inGit)}</span>
              </span>
            )
          )}
          <State tone={state.tone}>{stateWords}</State>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <ModeControl page={page} />
        {held ? (
          <Button onClick={actions.liftHold}>{t("liftHold")}</Button>
        ) : (
          <Button keys="h" onClick={() => actions.hold(page.inGit?.tag ?? null)}>
            {t("hold")}
          </Button>
        )}
        {page.candidate ? (
          <Button look="primary" keys="Enter" onClick={actions.review}>
            {t("reviewVersion", { version: versionText(page.candidate.to) })}
          </Button>
        ) : (
          <Button keys="r" onClick={actions.checkNow}>
            {t("checkNow")}
          </Button>
        )}
      </div>
    </header>
  );
}

const glyphs: Record<Mode, GlyphName> = { observe: "observe", review: "person", auto: "auto" };

/** How much the automation may do. What the team's rule in Git forbids cannot be picked. */
function ModeControl({ page }: { page: PolicyPage }) {
  const { t } = useTranslation("domain");
  const setMode = useAct("setMode");
  const [automation] = page.automations;
  if (!automation) return null;
  const order: Mode[] = ["observe", "review", "auto"];
  const most = automation.most === null ? order.length - 1 : order.indexOf(automation.most);
  return (
    <Segmented<Mode>
      label={t("mode.label")}
      value={setMode.isPending ? setMode.variables.mode : automation.mode}
      onChange={(mode) => setMode.mutate({ automation: automation.automation, mode }, { onError: sayError })}
      segments={order.map((mode, index) => ({
        value: mode,
        label: t(`mode.${mode}`),
        icon: <Glyph name={glyphs[mode]} size={14} />,
        disabled: index > most,
      }))}
    />
  );
}
