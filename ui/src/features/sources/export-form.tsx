import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { TextInput } from "@/components/input";
import { Select } from "@/components/select";
import { State } from "@/components/state";
import { FormEnd } from "@/domain/form-end";

/** Takes a key along into a connected cluster, as the Secret that Flux reads. */
export function ExportForm({ source, onClose }: { source: string; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const { data } = useAsk("clusters", {});
  const write = useAct("exportKey");
  const [chosen, setChosen] = useState<string>();
  const [namespace, setNamespace] = useState("flux-system");
  const [name, setName] = useState("flux-system");
  const names = data?.clusters.map(({ cluster }) => cluster) ?? [];
  const cluster = chosen ?? names[0];
  if (data && cluster === undefined) {
    return (
      <>
        <p className="text-fg-secondary">{t("exportKey.noCluster")}</p>
        <Quoted command={`sluice key export ${source} --name flux-system | kubectl apply -f -`} />
      </>
    );
  }
  if (write.data) {
    return (
      <>
        <State tone="healthy">{t(`exportKey.state.${write.data.state}`, { cluster: write.data.cluster })}</State>
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {t("deployKey.close")}
          </Button>
        </div>
      </>
    );
  }
  const isTaken = write.error?.hint.includes("--replace") === true;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (cluster) write.mutate({ place: source, cluster, namespace, name, replace: isTaken });
  };
  const label = "pt-1.5 text-fg-muted";
  return (
    <form className="flex flex-col gap-3" onSubmit={submit}>
      <p className="text-fg-secondary">{t("exportKey.what")}</p>
      <div className="grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
        <label className={label} htmlFor={`${id}-cluster`}>
          {t("import.cluster")}
        </label>
        <Select
          id={`${id}-cluster`}
          value={cluster ?? ""}
          onChange={setChosen}
          options={names.map((one) => ({ value: one, label: one }))}
          className="justify-self-start"
        />
        <label className={label} htmlFor={`${id}-namespace`}>
          {t("exportKey.namespace")}
        </label>
        <TextInput
          id={`${id}-namespace`}
          mono
          required
          value={namespace}
          onChange={(event) => setNamespace(event.target.value)}
        />
        <label className={label} htmlFor={`${id}-name`}>
          {t("exportKey.name")}
        </label>
        <TextInput id={`${id}-name`} mono required value={name} onChange={(event) => setName(event.target.value)} />
      </div>
      <FormEnd
        error={write.error}
        tone={isTaken ? "held" : "failed"}
        submit={t(isTaken ? "exportKey.replace" : "exportKey.submit")}
        look={isTaken ? "danger" : "primary"}
        disabled={write.isPending || !cluster}
        onCancel={onClose}
      />
    </form>
  );
}

function Quoted({ command }: { command: string }) {
  return <code className="mono rounded-control bg-sunken px-2 py-1.5 wrap-anywhere">{command}</code>;
}
