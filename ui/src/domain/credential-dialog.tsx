import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { CredentialKind } from "@/api/generated";
import { useSecretAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Select } from "@/components/select";
import { Note } from "@/components/states";
import { say } from "@/lib/toast";
import { CredentialFields } from "./credential-fields";
import { asked, type FormKind, formKinds, isAsked, keptKinds } from "./credential-form";
import { ErrorText, type Failure } from "./error-words";

/** What a credential is asked for; nothing given lets the person choose. */
export interface Wanted {
  kind?: CredentialKind;
  target?: string;
}

/** Whether a text is one of the kinds, for what comes from an address. */
export function asKind(text: string | undefined): CredentialKind | undefined {
  return keptKinds.find((kind) => kind === text);
}

/** Asks for a credential once: it is tried, goes to the keychain, and is never shown again. */
export function CredentialDialog({ wanted, onClose }: { wanted: Wanted | undefined; onClose: () => void }) {
  const { t } = useTranslation("sources");
  return (
    <Dialog
      open={wanted !== undefined}
      onClose={onClose}
      title={wanted?.target ? t("credential.titleFor", { target: wanted.target }) : t("credential.title")}
      className="!max-w-130"
    >
      {wanted && <CredentialForm wanted={wanted} onClose={onClose} />}
    </Dialog>
  );
}

function CredentialForm({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const add = useSecretAct("addCredential");
  const [kind, setKind] = useState<FormKind>(wanted.kind ?? "registry");
  const [target, setTarget] = useState(wanted.target ?? "");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Failure>();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const keep = refusal !== undefined && isAsked(form, "keep");
    const request = asked(form, kind, target.trim(), keep);
    setBusy(true);
    try {
      const { problem } = await add(request);
      say(t("credential.added", { target: request.target }), {
        tone: problem ? "degraded" : "healthy",
        description: problem?.message,
      });
      onClose();
    } catch (cause) {
      setRefusal(cause as ApiError);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="flex flex-col gap-3 p-5" autoComplete="off" onSubmit={(event) => void submit(event)}>
      <p className="text-fg-secondary">{t("credential.what")}</p>
      <div className="grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
        <label className="pt-1.5 text-fg-muted" htmlFor={`${id}-kind`}>
          {t("credential.kind")}
        </label>
        <Select<FormKind>
          id={`${id}-kind`}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setRefusal(undefined);
          }}
          options={formKinds.map((value) => ({ value, label: t(`credential.kinds.${value}`) }))}
        />
        <CredentialFields
          key={kind}
          id={id}
          kind={kind}
          target={target}
          onTarget={setTarget}
          isFixed={!!wanted.target}
        />
      </div>
      <p className="text-small text-fg-muted">{t(`credential.reach.${kind}`)}</p>
      {refusal && (
        <div role="alert">
          <Note tone="failed">
            <ErrorText error={refusal} />
            {refusal.code !== "invalidRequest" && (
              <label className="mt-2 flex items-center gap-2">
                <input type="checkbox" name="keep" className="accent-accent" />
                {t("credential.keepUntested")}
              </label>
            )}
          </Note>
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="primary" disabled={busy || target.trim() === ""}>
          {busy ? t("credential.trying") : t("credential.submit")}
        </Button>
      </div>
    </form>
  );
}
