import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SourceDetail } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button, buttonClass } from "@/components/button";
import { SidePanel } from "@/components/page";
import { Note } from "@/components/states";
import { Switch } from "@/components/switch";
import { Answered } from "@/domain/answered";
import { ConfirmDialog } from "@/domain/confirm-dialog";
import { sayError } from "@/domain/error-words";
import { useOriginWords } from "@/domain/health";
import { joinClauses } from "@/lib/list";
import { msOf } from "@/lib/moment";
import { say } from "@/lib/toast";
import { AutomationBox } from "./automation-box";
import { Facts } from "./facts";
import { HostKeySection } from "./host-key-section";
import { KeySection } from "./key-section";
import { KnownAs } from "./known-as";
import { WorkloadsSection } from "./workloads-section";

/** A Git remote: what is read, with what, what its automations may do, and whether it may be written. */
export function SourcePanel({
  source,
  onClose,
  onSignIn,
}: {
  source: string;
  onClose: () => void;
  onSignIn: () => void;
}) {
  const { t } = useTranslation("sources");
  const answer = useAsk("source", { source });
  const { data } = answer;
  return (
    <SidePanel
      title={source}
      aside={data?.git.isFolder ? t("folder") : t("git")}
      onClose={onClose}
      foot={data && <Foot detail={data} onSignIn={onSignIn} onGone={onClose} />}
    >
      <Answered answer={answer} loading={t("loading")} failed={t("failedOne")} rows={6}>
        {(detail) => <Detail detail={detail} />}
      </Answered>
    </SidePanel>
  );
}

function Detail({ detail }: { detail: SourceDetail }) {
  const { t } = useTranslation("sources");
  const origin = useOriginWords();
  const { git, found, automations } = detail;
  const read = msOf(found.lookedThrough.at);
  return (
    <div className="flex flex-col gap-5">
      <Facts
        facts={[
          [
            t("address"),
            <span key="a" className="mono wrap-anywhere">
              {git.address}
            </span>,
          ],
          [
            t("branch"),
            <span key="b">
              <span className="mono">
                {git.branch}
                {git.commit && `@${git.commit.slice(0, 7)}`}
              </span>{" "}
              {read !== undefined && <Age at={read} className="text-fg-muted" />}
            </span>,
          ],
          [t("with"), origin(git.origin)],
          [
            t("holds"),
            <Link key="h" to="/sources/add" search={{ source: git.source }} className="link">
              {t("found", {
                policies: t("foundPolicies", { count: found.counts.imagePolicies }),
                automations: t("foundAutomations", { count: found.counts.automations }),
                markers: t("foundMarkers", { count: found.counts.markers }),
              })}
            </Link>,
          ],
        ]}
      />
      {found.counts.problems > 0 && (
        <Note tone="degraded">
          {joinClauses([
            t("problems", { count: found.counts.problems }),
            found.counts.errors > 0 && t("errors", { count: found.counts.errors }),
          ])}{" "}
          <Link to="/sources/add" search={{ source: git.source }} className="link font-medium">
            {t("showProblems")}
          </Link>
        </Note>
      )}
      <Writing detail={detail} />
      {automations.length > 0 && (
        <section>
          <h3 className="mb-2 font-strong">{t("automations")}</h3>
          <ul className="flex flex-col gap-3">
            {automations.map((automation) => (
              <AutomationBox
                key={`${automation.automation.namespace}/${automation.automation.name}`}
                automation={automation}
                mayWrite={git.mayWrite}
              />
            ))}
          </ul>
        </section>
      )}
      <WorkloadsSection source={git.source} />
      <KnownAs git={git} />
      <KeySection detail={detail} />
      <HostKeySection detail={detail} />
    </div>
  );
}

/** The one switch that lets Sluice push here at all. */
function Writing({ detail: { git } }: { detail: SourceDetail }) {
  const { t } = useTranslation("sources");
  const allow = useAct("allowWriting");
  const on = allow.isPending ? allow.variables.allowed : git.mayWrite;
  return (
    <section className="flex gap-3 rounded-control border border-line bg-sunken p-3">
      <Switch
        label={t("writing", { name: git.source })}
        checked={on}
        disabled={allow.isPending}
        onChange={(allowed) => allow.mutate({ source: git.source, allowed }, { onError: sayError })}
      />
      <div className="min-w-0 text-small">
        <h3 className="font-medium">
          {t("writing", { name: git.source })}{" "}
          <span className="font-regular text-fg-muted">{on ? t("on") : t("off")}</span>
        </h3>
        <p className="text-fg-secondary">{t("writingMeans")}</p>
      </div>
    </section>
  );
}

function Foot({
  detail: { git },
  onSignIn,
  onGone,
}: {
  detail: SourceDetail;
  onSignIn: () => void;
  onGone: () => void;
}) {
  const { t } = useTranslation("sources");
  const remove = useAct("removeSource");
  const [asking, setAsking] = useState(false);
  const gone = () => {
    setAsking(false);
    say(t("removed", { name: git.source }));
    onGone();
  };
  return (
    <>
      {!git.isFolder && !git.isDemo && <Button onClick={onSignIn}>{t("useCredential")}</Button>}
      <Link to="/sources/add" search={{ source: git.source }} className={buttonClass()}>
        {t("showFound")}
      </Link>
      <span className="flex-1" />
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("remove")}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t("removeTitle", { name: git.source })}
        means={t("removeMeans")}
        act={t("removeNow")}
        error={remove.error}
        isPending={remove.isPending}
        onConfirm={() => remove.mutate({ source: git.source }, { onSuccess: gone })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
