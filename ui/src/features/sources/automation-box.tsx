import { useTranslation } from "react-i18next";
import type { Automation, Mode } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Due } from "@/components/age";
import { LinkButton } from "@/components/button";
import { Glyph, type GlyphName } from "@/components/glyph";
import { MenuButton } from "@/components/menu-button";
import { Segmented } from "@/components/segmented";
import { sayError } from "@/domain/error-words";
import { useOpenProposal } from "@/domain/proposal";
import { goDuration } from "@/lib/duration";
import { msOf } from "@/lib/moment";

const glyphs: Record<Mode, GlyphName> = { observe: "observe", review: "person", auto: "auto" };
const order: readonly Mode[] = ["observe", "review", "auto"];

/** One automation with its mode, and what that lets it do in words. */
export function AutomationBox({ automation, mayWrite }: { automation: Automation; mayWrite: boolean }) {
  const { t } = useTranslation(["sources", "domain"]);
  const setMode = useAct("setMode");
  const failed = sayError;
  const mode = setMode.isPending ? setMode.variables.mode : automation.mode;
  const most = automation.most === null ? order.length - 1 : order.indexOf(automation.most);
  const next = msOf(automation.nextRun);
  return (
    <li className="rounded-control border border-line p-3">
      <div className="flex min-w-0 items-center gap-2">
        <span className="clip font-medium">{automation.automation.name}</span>
        <span className="clip text-small text-fg-muted">{automation.automation.namespace}</span>
        <span className="flex-1" />
        <PauseControl automation={automation} />
      </div>
      <p className="mono mt-0.5 mb-2 wrap-anywhere text-fg-muted">
        {automation.path} → {automation.branch}, {goDuration(automation.interval)}
      </p>
      <Segmented<Mode>
        label={t("modeOf", { name: automation.automation.name })}
        value={mode}
        onChange={(next) => setMode.mutate({ automation: automation.automation, mode: next }, { onError: failed })}
        segments={order.map((one, index) => ({
          value: one,
          label: t(`domain:mode.${one}`),
          icon: <Glyph name={glyphs[one]} size={14} />,
          disabled: index > most || (!mayWrite && one !== "observe"),
        }))}
      />
      <p className="mt-1.5 text-small text-fg-secondary">{t(`domain:modeMeans.${mode}`)}</p>
      {!mayWrite && <p className="mt-1 text-small text-fg-muted">{t("modeNeedsWriting")}</p>}
      {automation.most !== null && mayWrite && (
        <p className="mt-1 text-small text-fg-muted">{t("modeMost", { mode: t(`domain:mode.${automation.most}`) })}</p>
      )}
      <WriterLine automation={automation} />
      {automation.isSuspended && <p className="mt-1 text-small text-degraded">{t("suspended")}</p>}
      {next !== undefined && !automation.paused && (
        <p className="mt-1 text-small text-fg-muted">
          {t("nextRun")} <Due at={next} />
        </p>
      )}
    </li>
  );
}

/** Who writes it besides Sluice, and the way to change that. */
function WriterLine({ automation: { automation, writer } }: { automation: Automation }) {
  const { t } = useTranslation("sources");
  const { data } = useAsk("clusters", {});
  const { propose, isPending } = useOpenProposal();
  if (writer) {
    return (
      <p className="mt-1.5 flex flex-wrap gap-x-2 text-small">
        <span className="text-degraded">
          {t("writer", { cluster: writer.cluster })} <span className="text-fg-muted">{writer.automation}</span>
        </span>
        <LinkButton
          disabled={isPending}
          onClick={() => propose({ wish: "handOver", automation, cluster: writer.cluster, to: "here" })}
        >
          {t("takeOver")}
        </LinkButton>
      </p>
    );
  }
  const clusters = data?.clusters.filter(({ isReadOnly, health }) => !isReadOnly && health !== "broken") ?? [];
  const [only] = clusters;
  if (only === undefined) return null;
  const handOver = (cluster: string) => propose({ wish: "handOver", automation, cluster, to: "cluster" });
  if (clusters.length === 1) {
    return (
      <p className="mt-1.5 text-small">
        <LinkButton quiet disabled={isPending} onClick={() => handOver(only.cluster)}>
          {t("handOver", { cluster: only.cluster })}
        </LinkButton>
      </p>
    );
  }
  return (
    <div className="mt-1 -ml-2.5">
      <MenuButton
        look="ghost"
        label={t("handOverTo")}
        entries={clusters.map(({ cluster }) => ({
          id: cluster,
          label: t("handOver", { cluster }),
          run: () => handOver(cluster),
        }))}
      />
    </div>
  );
}

function PauseControl({ automation }: { automation: Automation }) {
  const { t } = useTranslation("sources");
  const pause = useAct("pauseAutomation");
  const resume = useAct("resumeAutomation");
  const onError = sayError;
  if (automation.paused) {
    const until = msOf(automation.paused.until);
    return (
      <span className="flex items-center gap-2 text-small whitespace-nowrap">
        <Glyph name="paused" size={14} className="text-degraded" />
        {t("paused")} {until !== undefined && <Due at={until} className="text-fg-muted" />}
        <LinkButton onClick={() => resume.mutate({ automation: automation.automation }, { onError })}>
          {t("resume")}
        </LinkButton>
      </span>
    );
  }
  const spans = [
    { id: "hour", span: { for: "seconds", seconds: 3600 } },
    { id: "tomorrow", span: { for: "untilTomorrow" } },
    { id: "open", span: { for: "open" } },
  ] as const;
  return (
    <MenuButton
      look="ghost"
      label={t("pause")}
      entries={spans.map(({ id, span }) => ({
        id,
        label: t(`pauseFor.${id}`),
        run: () => pause.mutate({ automation: automation.automation, span }, { onError }),
      }))}
    />
  );
}
