import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { GitSource } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button, LinkButton } from "@/components/button";
import { TextInput } from "@/components/input";
import { Note } from "@/components/states";
import { ErrorText, sayError } from "@/domain/error-words";

/** The further addresses that the repository is known by: those that only a cluster's DNS knows, mirrors. */
export function KnownAs({ git: { source, knownAs } }: { git: GitSource }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const set = useAct("setKnownAs");
  const [adding, setAdding] = useState<string>();
  const add = () =>
    set.mutate({ source, addresses: [...knownAs, (adding ?? "").trim()] }, { onSuccess: () => setAdding(undefined) });
  return (
    <section>
      <h3 className="mb-1 font-strong">{t("knownAs.title")}</h3>
      <p className="mb-1.5 text-small text-fg-secondary">{t("knownAs.means")}</p>
      {knownAs.length > 0 && (
        <ul className="mb-1.5 flex flex-col gap-1 text-small">
          {knownAs.map((address) => (
            <li key={address} className="flex items-baseline gap-2">
              <span className="mono min-w-0 flex-1 wrap-anywhere" data-selectable>
                {address}
              </span>
              <LinkButton
                quiet
                onClick={() =>
                  set.mutate({ source, addresses: knownAs.filter((other) => other !== address) }, { onError: sayError })
                }
              >
                {t("knownAs.forget")} <span className="sr-only">{address}</span>
              </LinkButton>
            </li>
          ))}
        </ul>
      )}
      {adding === undefined ? (
        <LinkButton onClick={() => setAdding("")}>{t("knownAs.add")}</LinkButton>
      ) : (
        <form
          className="flex flex-col gap-2 text-small"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <label htmlFor={id} className="text-fg-muted">
            {t("knownAs.address")}
          </label>
          <TextInput id={id} autoFocus value={adding} onChange={(event) => setAdding(event.target.value)} />
          {set.error && (
            <Note tone="failed">
              <ErrorText error={set.error} />
            </Note>
          )}
          <div className="flex gap-2">
            <Button type="submit" disabled={set.isPending || adding.trim() === ""}>
              {t("knownAs.submit")}
            </Button>
            <Button look="ghost" onClick={() => setAdding(undefined)}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
