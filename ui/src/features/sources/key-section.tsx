import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { DeployKey, KeyAlgorithm, KeyAtHost, SourceDetail } from "@/api/generated";
import { useAct, useSecretAct } from "@/api/hooks";
import { Button, LinkButton } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/dialog";
import { SecretInput } from "@/components/secret-input";
import { Segmented } from "@/components/segmented";
import { State } from "@/components/state";
import { Note, Quote } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { FormEnd } from "@/domain/form-end";
import { takeField } from "@/lib/secret-form";
import { ExportForm } from "./export-form";

/** The deploy key of a source: its public half, whether it may write, and what makes or mends one. */
export function KeySection({ detail }: { detail: SourceDetail }) {
  const { t } = useTranslation("sources");
  const [open, setOpen] = useState<"register" | "export">();
  const { git, key } = detail;
  if (!key && !isSsh(git.address)) return null;
  const close = () => setOpen(undefined);
  return (
    <section>
      <h3 className="mb-2 flex items-center gap-2 font-strong">
        {t("key")} {key && <span className="text-small font-regular text-fg-muted">{key.algorithm}</span>}
        <span className="flex-1" />
        {key && <CopyButton text={key.public} label={t("copyKey")} />}
        {!key && <Button onClick={() => setOpen("register")}>{t("deployKey.make")}</Button>}
      </h3>
      {key ? (
        <>
          <Shown source={git.source} deployKey={key} onRegister={() => setOpen("register")} />
          <div className="mt-3 flex flex-wrap gap-2">
            <Button onClick={() => setOpen("register")}>{t("deployKey.register")}</Button>
            <Button onClick={() => setOpen("export")}>{t("exportKey.open")}</Button>
          </div>
        </>
      ) : (
        <p className="text-small text-fg-secondary">{t("deployKey.none")}</p>
      )}
      <Dialog
        open={open !== undefined}
        onClose={close}
        title={t("deployKey.title", { name: git.source })}
        className="!max-w-130"
      >
        {open === "register" && <KeyForm source={git.source} deployKey={key} onClose={close} />}
        {open === "export" && (
          <div className="flex flex-col gap-3 p-5">
            <ExportForm source={git.source} onClose={close} />
          </div>
        )}
      </Dialog>
    </section>
  );
}

/** The key, and what is known of its right to write. One that may not is given it by one click, where a token is at hand. */
function Shown({ source, deployKey, onRegister }: { source: string; deployKey: DeployKey; onRegister: () => void }) {
  const { t } = useTranslation("sources");
  const register = useAct("registerKey");
  const check = useAct("checkKey");
  const atHost = register.data ?? check.data;
  const failure = register.error ?? check.error;
  return (
    <>
      <Quote>{deployKey.public}</Quote>
      <div className="mt-2 text-small">
        {deployKey.write.state === "refused" ? (
          <Note tone="failed">
            <p className="font-medium">{t("keyReadOnly")}</p>
            <p>{t("keyReadOnlyHow")}</p>
            <p className="mono mt-1 wrap-anywhere">{deployKey.write.words}</p>
            <div className="mt-2">
              <Button
                look="primary"
                disabled={register.isPending}
                onClick={() =>
                  // Without a token at hand one is asked for.
                  register.mutate({ place: source, readOnly: false }, { onError: onRegister })
                }
              >
                {t(register.isPending ? "deployKey.registering" : "deployKey.registerNow")}
              </Button>
            </div>
          </Note>
        ) : (
          <div className="flex items-center gap-2">
            <State tone={deployKey.write.state === "allowed" ? "healthy" : "waiting"}>
              {t(`write.${deployKey.write.state}`)}
            </State>
            {deployKey.write.state === "untried" && (
              <LinkButton disabled={check.isPending} onClick={() => check.mutate({ place: source })}>
                {t(check.isPending ? "deployKey.checking" : "deployKey.check")}
              </LinkButton>
            )}
          </div>
        )}
        {atHost && (
          <p className="mt-2">
            <State tone={atHost.mayWrite ? "healthy" : "degraded"}>
              {t(`deployKey.state.${atHost.state}`, { forge: atHost.forge, repository: atHost.repository })}
            </State>
          </p>
        )}
        {failure && deployKey.write.state === "untried" && (
          <div className="mt-2">
            <Refusal problem={failure} />
          </div>
        )}
      </div>
    </>
  );
}

/** Makes a key where there is none, then registers it at the Git host with a token that is used once. */
function KeyForm({ source, deployKey, onClose }: { source: string; deployKey: DeployKey | null; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const generate = useSecretAct("generateKey");
  const [made, setMade] = useState<DeployKey>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const key = made ?? deployKey;
  const make = async (algorithm: KeyAlgorithm, passphrase: string) => {
    setBusy(true);
    setProblem(null);
    try {
      const phrase = passphrase === "" ? {} : { passphrase };
      setMade((await generate({ place: source, algorithm, ...phrase, replace: false })).key);
    } catch (cause) {
      setProblem(cause as ApiError);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-3 p-5">
      {key ? (
        <>
          <Quote>{key.public}</Quote>
          <div className="flex items-center gap-2 text-small text-fg-muted">
            <span className="mono clip">{key.fingerprint}</span>
            <span className="flex-1" />
            <CopyButton text={key.public} label={t("copyKey")} />
          </div>
          <RegisterForm source={source} onClose={onClose} />
        </>
      ) : (
        <MakeForm
          busy={busy}
          problem={problem}
          onMake={(algorithm, passphrase) => void make(algorithm, passphrase)}
          onClose={onClose}
        />
      )}
    </div>
  );
}

const algorithms: readonly { value: KeyAlgorithm; label: string }[] = [
  { value: "ecdsaP521", label: "P-521" },
  { value: "ecdsaP384", label: "P-384" },
  { value: "ecdsaP256", label: "P-256" },
  { value: "ed25519", label: "Ed25519" },
  { value: "rsa", label: "RSA" },
];

function MakeForm({
  busy,
  problem,
  onMake,
  onClose,
}: {
  busy: boolean;
  problem: ApiError | null;
  onMake: (algorithm: KeyAlgorithm, passphrase: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("sources");
  const id = useId();
  const [algorithm, setAlgorithm] = useState<KeyAlgorithm>("ecdsaP521");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onMake(algorithm, takeField(event.currentTarget, "passphrase"));
  };
  return (
    <form className="flex flex-col gap-3" autoComplete="off" onSubmit={submit}>
      <p className="text-fg-secondary">{t("deployKey.what")}</p>
      <Segmented<KeyAlgorithm>
        label={t("deployKey.algorithm")}
        value={algorithm}
        onChange={setAlgorithm}
        segments={algorithms}
        className="self-start"
      />
      <label className="text-small text-fg-muted" htmlFor={`${id}-passphrase`}>
        {t("deployKey.passphrase")}
      </label>
      <SecretInput id={`${id}-passphrase`} name="passphrase" />
      <FormEnd
        error={problem}
        submit={t(busy ? "deployKey.making" : "deployKey.makeNow")}
        disabled={busy}
        onCancel={onClose}
      />
    </form>
  );
}

function RegisterForm({ source, onClose }: { source: string; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const register = useSecretAct("registerKey");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
  const [done, setDone] = useState<KeyAtHost>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = takeField(event.currentTarget, "token");
    setBusy(true);
    setRefusal(undefined);
    try {
      setDone(await register({ place: source, ...(token === "" ? {} : { token }), readOnly: false }));
    } catch (cause) {
      setRefusal(cause as ApiError);
    } finally {
      setBusy(false);
    }
  };
  if (done) {
    return (
      <>
        <State tone={done.mayWrite ? "healthy" : "degraded"}>
          {t(`deployKey.state.${done.state}`, { forge: done.forge, repository: done.repository })}
        </State>
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {t("deployKey.close")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <form className="flex flex-col gap-3" autoComplete="off" onSubmit={(event) => void submit(event)}>
      <p className="text-fg-secondary">{t("deployKey.how")}</p>
      <label className="text-small text-fg-muted" htmlFor={`${id}-token`}>
        {t("deployKey.token")}
      </label>
      <SecretInput id={`${id}-token`} name="token" autoFocus />
      <FormEnd
        error={refusal}
        submit={t(busy ? "deployKey.registering" : "deployKey.registerNow")}
        disabled={busy}
        onCancel={onClose}
      />
    </form>
  );
}

function Refusal({ problem }: { problem: ApiError }) {
  return (
    <Note tone="failed">
      <ErrorText error={problem} />
    </Note>
  );
}

/** Whether an address is reached over SSH, written either way. */
export function isSsh(address: string): boolean {
  return /^(git\+)?ssh:/.test(address) || /^[^/:]+@[^/:]+:/.test(address);
}
