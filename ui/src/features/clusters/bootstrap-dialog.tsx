import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import { useAsk } from "@/api/hooks";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { Select } from "@/components/select";
import { PendingRows } from "@/components/states";
import { FormEnd } from "@/domain/form-end";
import { useOpenProposal } from "@/domain/proposal";

/** Which repository Flux is to follow in a cluster. What is run for that is shown by the sheet that follows. */
export function BootstrapDialog({ cluster, open, onClose }: { cluster: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation("clusters");
  return (
    <Dialog open={open} onClose={onClose} title={t("bootstrap.title", { cluster })} className="!max-w-140">
      {open && <Form cluster={cluster} onClose={onClose} />}
    </Dialog>
  );
}

/** An address that is none of the sources. */
const another = " ";

function Form({ cluster, onClose }: { cluster: string; onClose: () => void }) {
  const { t } = useTranslation("clusters");
  const id = useId();
  const { data } = useAsk("sources", {});
  const { propose, isPending } = useOpenProposal();
  const [error, setError] = useState<ApiError>();
  const [picked, setPicked] = useState<string>();
  const [address, setAddress] = useState("");
  const [path, setPath] = useState(`clusters/${cluster}`);
  const [branch, setBranch] = useState("");
  const [isPersonal, setPersonal] = useState(false);
  const [withImages, setWithImages] = useState(true);
  if (!data) return <PendingRows count={4} label={t("loading")} />;
  const sources = data.git.filter(({ isFolder }) => !isFolder).map(({ source }) => source);
  const chosen = picked ?? sources[0] ?? another;
  const repository = chosen === another ? address.trim() : chosen;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    propose(
      { wish: "bootstrap", repository, cluster, path, branch, isPersonal, withImages },
      { onOpen: onClose, onError: (failure) => setError(failure as ApiError) },
    );
  };
  const label = "pt-1.5 text-fg-muted";
  return (
    <form className="flex flex-col gap-4 p-5" onSubmit={submit}>
      <p className="text-fg-secondary">{t("bootstrap.body")}</p>
      <div className="grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
        <label className={label} htmlFor={`${id}-repository`}>
          {t("bootstrap.repository")}
        </label>
        <Select
          id={`${id}-repository`}
          value={chosen}
          onChange={setPicked}
          options={[
            ...sources.map((source) => ({ value: source, label: source })),
            { value: another, label: t("bootstrap.another") },
          ]}
          className="justify-self-start"
        />
        {chosen === another && (
          <>
            <label className={label} htmlFor={`${id}-address`}>
              {t("bootstrap.address")}
            </label>
            <TextInput
              id={`${id}-address`}
              mono
              required
              placeholder="https://github.com/acme/fleet"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          </>
        )}
        <label className={label} htmlFor={`${id}-path`}>
          {t("bootstrap.path")}
        </label>
        <TextInput id={`${id}-path`} mono required value={path} onChange={(event) => setPath(event.target.value)} />
        <label className={label} htmlFor={`${id}-branch`}>
          {t("bootstrap.branch")}
        </label>
        <TextInput
          id={`${id}-branch`}
          mono
          placeholder={t("bootstrap.branchOwn")}
          value={branch}
          onChange={(event) => setBranch(event.target.value)}
        />
      </div>
      <div className="flex flex-col gap-2 text-small">
        <p className="flex items-start gap-2">
          <Checkbox label={t("bootstrap.withImages")} checked={withImages} onChange={setWithImages} />
          <span aria-hidden="true">{t("bootstrap.withImages")}</span>
        </p>
        <p className="flex items-start gap-2">
          <Checkbox label={t("bootstrap.isPersonal")} checked={isPersonal} onChange={setPersonal} />
          <span aria-hidden="true">{t("bootstrap.isPersonal")}</span>
        </p>
      </div>
      <FormEnd
        error={error}
        submit={t(isPending ? "bootstrap.working" : "bootstrap.next")}
        disabled={isPending || repository === ""}
        onCancel={onClose}
      />
    </form>
  );
}
