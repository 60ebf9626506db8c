import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { DeployKey, KeyAlgorithm, KeyAtHost, SourceDetail } from "@/api/generated";
import { useAct, useSecretAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { Segmented } from "@/components/segmented";
import { State } from "@/components/state";
import { Note, Quote } from "@/components/states";
import { takeField } from "@/lib/secret-form";

/** The deploy key of a source: its public half, whether it may write, and what makes or mends one. */
export function KeySection({ detail }: { detail: SourceDetail }) {
  const { t } = useTranslation("sources");
  const [open, setOpen] = useState(false);
  const { git, key } = detail;
  if (!key && !isSsh(git.address)) return null;
  return (
    <section>
      <h3 className="mb-2 flex items-center gap-2 font-strong">
        {t("key")} {key && <span className="text-small font-regular text-fg-muted">{key.algorithm}</span>}
        <span className="flex-1" />
        {key && <CopyButton text={key.public} label={t("copyKey")} />}
        <Button onClick={() => setOpen(true)}>{t(key ? "deployKey.register" : "deployKey.make")}</Button>
      </h3>
      {key ? <Shown deployKey={key} /> : <p className="text-small text-fg-secondary">{t("deployKey.none")}</p>}
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("deployKey.title", { name: git.source })}
        className="!max-w-130"
      >
        {open && <KeyForm source={git.source} deployKey={key} onClose={() => setOpen(false)} />}
      </Dialog>
    </section>
  );
}

function Shown({ deployKey }: { deployKey: DeployKey }) {
  const { t } = useTranslation("sources");
  return (
    <>
      <Quote>{deployKey.public}</Quote>
      <div className="mt-2 text-small">
        {deployKey.write.state === "refused" ? (
          <Note tone="failed">
            <p className="font-medium">{t("keyReadOnly")}</p>
            <p>{t("keyReadOnlyHow")}</p>
            <p className="mono mt-1 wrap-anywhere">{deployKey.write.words}</p>
          </Note>
        ) : (
          <State tone={deployKey.write.state === "allowed" ? "healthy" : "waiting"}>
            {t(`write.${deployKey.write.state}`)}
          </State>
        )}
      </div>
    </>
  );
}

/** Makes a key where there is none, then registers it at the Git host with a token that is used once. */
function KeyForm({ source, deployKey, onClose }: { source: string; deployKey: DeployKey | null; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const generate = useAct("generateKey");
  const key = generate.data?.key ?? deployKey;
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
          busy={generate.isPending}
          problem={generate.error}
          onMake={(algorithm) => generate.mutate({ place: source, algorithm, replace: false })}
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
  onMake: (algorithm: KeyAlgorithm) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("sources");
  const [algorithm, setAlgorithm] = useState<KeyAlgorithm>("ecdsaP521");
  return (
    <>
      <p className="text-fg-secondary">{t("deployKey.what")}</p>
      <Segmented<KeyAlgorithm>
        label={t("deployKey.algorithm")}
        value={algorithm}
        onChange={setAlgorithm}
        segments={algorithms}
        className="self-start"
      />
      {problem && <Refusal problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button look="primary" disabled={busy} onClick={() => onMake(algorithm)}>
          {t("deployKey.makeNow")}
        </Button>
      </div>
    </>
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
      <TextInput id={`${id}-token`} name="token" type="password" autoComplete="new-password" autoFocus />
      {refusal && <Refusal problem={refusal} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="primary" disabled={busy}>
          {t(busy ? "deployKey.registering" : "deployKey.registerNow")}
        </Button>
      </div>
    </form>
  );
}

function Refusal({ problem }: { problem: ApiError }) {
  return (
    <Note tone="failed">
      <p className="font-medium wrap-anywhere">{problem.message}</p>
      {problem.hint !== "" && <p>{problem.hint}</p>}
    </Note>
  );
}

/** Whether an address is reached over SSH, written either way. */
export function isSsh(address: string): boolean {
  return /^(git\+)?ssh:/.test(address) || /^[^/:]+@[^/:]+:/.test(address);
}
