import { useTranslation } from "react-i18next";
import type { Registry } from "@/api/generated";
import { Age, Due, useSpan } from "@/components/age";
import { Button } from "@/components/button";
import { SidePanel } from "@/components/page";
import { State } from "@/components/state";
import { Note, Quote } from "@/components/states";
import { ErrorHint, useErrorKind } from "@/domain/error-words";
import { toneOfHealth, useOriginWords } from "@/domain/health";
import { useDates } from "@/lib/dates";
import { ms, msOf } from "@/lib/moment";
import { Facts } from "./facts";

/** A registry: how it is, what it is asked with, and what is left of its limit. */
export function RegistryPanel({
  registry,
  onClose,
  onSignIn,
}: {
  registry: Registry;
  onClose: () => void;
  onSignIn: () => void;
}) {
  const { t } = useTranslation("sources");
  const kind = useErrorKind();
  const dates = useDates();
  const span = useSpan();
  const origin = useOriginWords();
  const { heartbeat, limit } = registry;
  const last = msOf(heartbeat.lastSuccess);
  const next = msOf(heartbeat.nextTry);
  return (
    <SidePanel
      title={registry.host}
      aside={t("registry")}
      onClose={onClose}
      foot={
        <Button look={heartbeat.problem ? "primary" : "quiet"} onClick={onSignIn}>
          {t("signInTo", { host: registry.host })}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            [
              t("state"),
              <State key="s" tone={toneOfHealth(heartbeat.health)}>
                {t(`health.${heartbeat.health}`)}
              </State>,
            ],
            [t("with"), origin(registry.origin)],
            [t("holds"), t("images", { count: registry.images })],
            [t("lastSuccess"), last === undefined ? t("never") : <Age key="l" at={last} />],
            [t("nextTry"), next === undefined ? t("noNext") : <Due key="n" at={next} />],
            ...(limit
              ? ([
                  [
                    t("limit"),
                    <span key="m">
                      {t("limitOf", {
                        left: dates.number(limit.remaining),
                        limit: dates.number(limit.limit),
                        window: span(limit.window * 1000),
                      })}{" "}
                      <Age at={ms(limit.at)} className="text-fg-muted" />
                    </span>,
                  ],
                ] as const)
              : []),
          ]}
        />
        {registry.isInsecure && <Note tone="degraded">{t("insecure")}</Note>}
        {registry.waiting > 0 && <Note tone="stale">{t("waiting", { count: registry.waiting })}</Note>}
        {heartbeat.problem && (
          <section className="flex flex-col gap-2 text-small">
            <b className="font-strong">{kind(heartbeat.problem.code)}</b>
            <Quote>{heartbeat.words ?? heartbeat.problem.message}</Quote>
            <p className="text-fg-secondary">
              <ErrorHint error={heartbeat.problem} />
            </p>
          </section>
        )}
      </div>
    </SidePanel>
  );
}
