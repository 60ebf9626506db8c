import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Found } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { buttonClass, LinkButton } from "@/components/button";
import { Note } from "@/components/states";
import { Switch } from "@/components/switch";
import { CredentialDialog, type Wanted } from "@/domain/credential-dialog";
import { sayError } from "@/domain/error-words";
import { FoundPlace } from "@/domain/found-place";

/** What is used to read it, what is missing, and the one switch for writing. */
export function FoundSide({ found }: { found: Found }) {
  const { t } = useTranslation("onboarding");
  const { data } = useAsk("credentials", {});
  const [wanted, setWanted] = useState<Wanted>();
  return (
    <aside
      aria-label={t("side")}
      className="flex w-panel flex-none flex-col border-l border-line bg-surface max-[900px]:hidden"
    >
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-auto p-4">
        {found.missing.length > 0 && (
          <section aria-label={t("missing")} className="flex flex-col gap-2">
            {found.missing.map(({ kind, target, words }) => (
              <Note key={`${kind} ${target}`} tone="degraded">
                <p>
                  <span className="mono">{target}</span> {t("missingOne")}
                </p>
                {words !== "" && <p className="mono mt-0.5 wrap-anywhere text-fg-secondary">{words}</p>}
                <LinkButton onClick={() => setWanted({ kind, target })}>{t("signIn", { target })}</LinkButton>
              </Note>
            ))}
          </section>
        )}
        <section>
          <h2 className="mb-1 font-strong">{t("credentials")}</h2>
          <p className="mb-1 text-small text-fg-secondary">
            {t(data?.found.length === 0 ? "credentialsNone" : "credentialsHint")}
          </p>
          <ul>
            {(data?.found ?? []).map((place) => (
              <FoundPlace key={`${place.place} ${place.detail}`} found={place} className="last:border-b-0" />
            ))}
          </ul>
        </section>
        <Writing found={found} />
      </div>
      <footer className="flex flex-none items-center gap-2 border-t border-line px-4 py-3">
        <Link to="/inbox" className={buttonClass({ look: "primary" })}>
          {found.mayWrite ? t("toInbox") : t("toInboxReadOnly")}
        </Link>
        <Link to="/images" className={buttonClass({ look: "ghost" })}>
          {t("toImages")}
        </Link>
      </footer>
      <CredentialDialog wanted={wanted} onClose={() => setWanted(undefined)} />
    </aside>
  );
}

function Writing({ found }: { found: Found }) {
  const { t } = useTranslation("sources");
  const allow = useAct("allowWriting");
  const on = allow.isPending ? allow.variables.allowed : found.mayWrite;
  return (
    <section className="flex gap-3 rounded-control border border-line bg-sunken p-3">
      <Switch
        label={t("writing", { name: found.source })}
        checked={on}
        disabled={allow.isPending || found.problem !== null}
        onChange={(allowed) => allow.mutate({ source: found.source, allowed }, { onError: sayError })}
      />
      <div className="min-w-0 text-small">
        <h2 className="text-base font-medium">
          {t("writing", { name: found.source })}{" "}
          <span className="font-regular text-fg-muted">{on ? t("on") : t("off")}</span>
        </h2>
        <p className="text-fg-secondary">{t("writingMeans")}</p>
      </div>
    </section>
  );
}
