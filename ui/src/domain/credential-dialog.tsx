import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { AddCredentialRequest, CredentialKind } from "@/api/generated";
import { useSecretAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { Segmented } from "@/components/segmented";
import { Note } from "@/components/states";
import { TextArea } from "@/components/text-area";
import { takeField } from "@/lib/secret-form";
import { say } from "@/lib/toast";
import { ErrorText, type Failure } from "./error-words";

/** What a credential is asked for; nothing given lets the person choose. */
export interface Wanted {
  kind?: CredentialKind;
  target?: string;
}

const kinds: readonly CredentialKind[] = ["registry", "gitHttp", "gitSsh"];

/** Whether a text is one of the kinds, for what comes from an address. */
export function asKind(text: string | undefined): CredentialKind | undefined {
  return kinds.find((kind) => kind === text);
}

/** Asks for a credential once: it is tried, goes to the keychain, and is never shown again. */
export function CredentialDialog({ wanted, onClose }: { wanted: Wanted | undefined; onClose: () => void }) {
  const { t } = useTranslation("sources");
  return (
    <Dialog
      open={wanted !== undefined}
      onClose={onClose}
      title={wanted?.target ? t("credential.titleFor", { target: wanted.target }) : t("credential.title")}
      className="!max-w-120"
    >
      {wanted && <CredentialForm wanted={wanted} onClose={onClose} />}
    </Dialog>
  );
}

function CredentialForm({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const add = useSecretAct("addCredential");
  const [kind, setKind] = useState<CredentialKind>(wanted.kind ?? "registry");
  const [target, setTarget] = useState(wanted.target ?? "");
  const [username, setUsername] = useState(kind === "gitSsh" ? "git" : "");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Failure>();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const passphrase = takeField(form, "passphrase");
    const request: AddCredentialRequest = {
      kind,
      target: target.trim(),
      username: username.trim(),
      secret: takeField(form, "secret"),
      ...(passphrase === "" ? {} : { passphrase }),
      keepUntested:
        refusal !== undefined && (form.elements.namedItem("keep") as HTMLInputElement | null)?.checked === true,
    };
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

  const label = "pt-1.5 text-fg-muted";
  return (
    <form className="flex flex-col gap-3 p-5" autoComplete="off" onSubmit={(event) => void submit(event)}>
      <p className="text-fg-secondary">{t("credential.what")}</p>
      <div className="grid grid-cols-[88px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
        <span className={label}>{t("credential.kind")}</span>
        <Segmented<CredentialKind>
          label={t("credential.kind")}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setUsername(next === "gitSsh" ? "git" : "");
          }}
          segments={kinds.map((value) => ({ value, label: t(`credential.kinds.${value}`) }))}
          className="justify-self-start"
        />
        <label className={label} htmlFor={`${id}-target`}>
          {t("credential.target")}
        </label>
        <TextInput
          id={`${id}-target`}
          mono
          required
          autoFocus={!wanted.target}
          placeholder={kind === "registry" ? "registry.example.com" : "git.example.com/team"}
          value={target}
          onChange={(event) => setTarget(event.target.value)}
        />
        <label className={label} htmlFor={`${id}-user`}>
          {t("credential.username")}
        </label>
        <TextInput
          id={`${id}-user`}
          autoFocus={!!wanted.target}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <label className={label} htmlFor={`${id}-secret`}>
          {t(kind === "gitSsh" ? "credential.key" : "credential.secret")}
        </label>
        {kind === "gitSsh" ? (
          <TextArea
            key="key"
            id={`${id}-secret`}
            name="secret"
            required
            rows={6}
            placeholder={t("credential.keyHint")}
          />
        ) : (
          <TextInput
            key="password"
            id={`${id}-secret`}
            name="secret"
            type="password"
            required
            autoComplete="new-password"
          />
        )}
        {kind === "gitSsh" && (
          <>
            <label className={label} htmlFor={`${id}-passphrase`}>
              {t("credential.passphrase")}
            </label>
            <TextInput id={`${id}-passphrase`} name="passphrase" type="password" autoComplete="new-password" />
          </>
        )}
      </div>
      {refusal && (
        <Note tone="failed">
          <ErrorText error={refusal} />
          <label className="mt-2 flex items-center gap-2">
            <input type="checkbox" name="keep" className="accent-accent" />
            {t("credential.keepUntested")}
          </label>
        </Note>
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
