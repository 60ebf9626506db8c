import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Gate } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { SidePanel } from "@/components/page";
import { State, StateGlyph } from "@/components/state";
import { Pending, Quote } from "@/components/states";
import { useGateMend, useGateWords } from "@/domain/image-state";
import { policyParams } from "@/domain/pages";
import { PlaceText } from "@/domain/place-text";
import { RemedyLink } from "@/domain/remedy";
import { VersionMove } from "@/domain/version-move";
import { useWhen } from "@/domain/when";
import { msOf } from "@/lib/moment";
import { withoutAddress } from "@/lib/sentence";
import { canReview, type Entry } from "./grouping";
import { NextAct } from "./next-act";
import { SnoozeMenu } from "./snooze-menu";
import { useLift } from "./use-lift";
import { WhyCell } from "./why-cell";

/** All that is known of one item, beside the list. */
export function ItemPanel({
  entry,
  onClose,
  onReview,
  onHold,
}: {
  entry: Entry;
  onClose: () => void;
  onReview: () => void;
  onHold: () => void;
}) {
  const { t } = useTranslation("inbox");
  const { item, wait } = entry;
  const seen = msOf(item.firstSeen);
  const lift = useLift();
  const mend = useGateMend();
  const [gate, ...others] = item.gates;
  const liftable = wait === "held" && !item.gates.some(({ hold }) => hold?.isInGit);
  return (
    <SidePanel
      title={item.policy.name}
      aside={item.policy.namespace}
      onClose={onClose}
      foot={
        <>
          {liftable && (
            <Button look="primary" onClick={() => lift(item.policy)}>
              {t("act.lift")}
            </Button>
          )}
          {canReview(entry) ? (
            <Button look={wait === "held" ? "quiet" : "primary"} onClick={onReview}>
              {t("panel.review")}
            </Button>
          ) : (
            <NextAct entry={entry} />
          )}
          {wait !== "held" && <Button onClick={onHold}>{t("holdAct")}</Button>}
          <SnoozeMenu policies={[item.policy]} onDone={onClose} />
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <section className="flex flex-col gap-1.5">
          <VersionMove move={item.change} className="text-base" />
          <span className="mono wrap-anywhere text-fg-secondary" data-selectable>
            {item.image}
          </span>
          {seen !== undefined && (
            <span className="text-small text-fg-muted">
              {t("panel.seen")} <Age at={seen} />
            </span>
          )}
        </section>
        <section>
          <h3 className="mb-1.5 font-strong">{t("panel.why")}</h3>
          <State tone={wait === "stuck" ? "failed" : wait} className="text-small font-medium text-fg">
            {t(`group.${wait}`)}
          </State>
          <div className="mt-1 flex flex-col items-start gap-1.5 pl-5.5 text-small text-fg-secondary">
            {gate?.detail ? <Quote>{withoutAddress(gate.detail)}</Quote> : <WhyCell entry={entry} />}
            {gate?.remedy && !liftable && <RemedyLink remedy={gate.remedy} own={mend(gate)} />}
          </div>
          {others.length > 0 && (
            <>
              <h4 className="mt-3 mb-1 text-small text-fg-muted">{t("panel.then")}</h4>
              <ul className="flex flex-col gap-2">
                {others.map((other) => (
                  <GateLine key={other.code} gate={other} />
                ))}
              </ul>
            </>
          )}
        </section>
        <section>
          <h3 className="mb-1.5 font-strong">{t("panel.places", { count: item.places.length })}</h3>
          <ul className="flex flex-col gap-1">
            {item.places.map((place) => (
              <li key={`${place.source}:${place.path}:${place.line}`} className="flex min-w-0">
                <PlaceText place={place} />
              </li>
            ))}
          </ul>
        </section>
        <Mode entry={entry} />
        <Link
          to="/images/$source/$namespace/$name"
          params={policyParams(item.policy)}
          search={item.change.to.tag === null ? {} : { tag: item.change.to.tag }}
          className="link text-small font-medium"
        >
          {t("panel.open")}
        </Link>
      </div>
    </SidePanel>
  );
}

function GateLine({ gate }: { gate: Gate }) {
  const { t } = useTranslation("inbox");
  const words = useGateWords();
  const mend = useGateMend();
  const when = useWhen();
  const opens = msOf(gate.opensAt);
  return (
    <li className="flex gap-2 text-small">
      <StateGlyph tone="waiting" size={14} />
      <div className="min-w-0 flex-1">
        <span className="font-medium">{words(gate)}</span>{" "}
        {opens !== undefined && <span className="text-fg-muted">{t("panel.opens", { time: when(opens) })}</span>}
        {gate.detail && (
          <div className="my-1">
            <Quote>{gate.detail}</Quote>
          </div>
        )}
        {gate.remedy && (
          <div>
            <RemedyLink remedy={gate.remedy} own={mend(gate)} />
          </div>
        )}
      </div>
    </li>
  );
}

/** The automation that would write it, and what its mode lets it do. */
function Mode({ entry }: { entry: Entry }) {
  const { t } = useTranslation(["inbox", "domain"]);
  const { data } = useAsk("policy", { policy: entry.item.policy });
  if (entry.item.automation === null) return null;
  const automation = data?.automations[0];
  return (
    <section className="text-small">
      <h3 className="mb-1.5 text-base font-strong">{t("panel.automation")}</h3>
      <span className="mono">{entry.item.automation.name}</span>{" "}
      {automation ? (
        <span className="text-fg-muted">
          {t("panel.mode", { mode: t(`domain:mode.${automation.mode}`), branch: automation.branch })}
        </span>
      ) : (
        <Pending width={120} className="mt-1.5" />
      )}
    </section>
  );
}
