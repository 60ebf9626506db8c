import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { Note, PendingRows, Quote } from "@/components/states";
import { say } from "@/lib/toast";

/** Connects one of the kubeconfigs' contexts. */
export function ConnectDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation("clusters");
  return (
    <Dialog open={open} onClose={onClose} title={t("connect.title")} className="w-140">
      {open && <Contexts onClose={onClose} />}
    </Dialog>
  );
}

function Contexts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("clusters");
  const id = useId();
  const { data, error } = useAsk("contexts", {});
  const add = useAct("addCluster");
  const [picked, setPicked] = useState<string>();
  const [isReadOnly, setReadOnly] = useState(false);
  const free = data?.contexts.filter((context) => context.cluster === null) ?? [];
  const context = picked ?? free.find((one) => one.isCurrent)?.context ?? free[0]?.context;
  const connect = () => {
    if (context === undefined) return;
    add.mutate(
      { context, isReadOnly },
      {
        onSuccess: (row) => {
          say(t("connect.done", { name: row.cluster }), { tone: "healthy" });
          onClose();
        },
      },
    );
  };
  return (
    <div className="flex flex-col gap-4 p-5">
      <p className="text-fg-secondary">{t("connect.body")}</p>
      {error ? (
        <Note tone="failed">{error.message}</Note>
      ) : !data ? (
        <PendingRows count={3} label={t("loading")} />
      ) : free.length === 0 ? (
        <p>{t("connect.none")}</p>
      ) : (
        <fieldset className="flex max-h-72 flex-col overflow-auto rounded-control border border-line">
          <legend className="sr-only">{t("connect.contexts")}</legend>
          {free.map((one) => (
            <label
              key={one.context}
              htmlFor={`${id}-${one.context}`}
              className="flex items-center gap-2 border-b border-line-faint px-3 py-2 last:border-b-0 hover:bg-hover"
            >
              <input
                id={`${id}-${one.context}`}
                type="radio"
                name={id}
                checked={one.context === context}
                onChange={() => setPicked(one.context)}
              />
              <span className="clip font-medium">{one.context}</span>
              <span className="clip flex-1 text-small text-fg-muted">{one.server}</span>
            </label>
          ))}
        </fieldset>
      )}
      <p className="flex items-center gap-2">
        <Checkbox label={t("connect.readOnly")} checked={isReadOnly} onChange={setReadOnly} />
        <span aria-hidden="true">{t("connect.readOnly")}</span>
      </p>
      {add.error && (
        <div role="alert" className="flex flex-col gap-1 text-small">
          <Quote>{add.error.message}</Quote>
          <p className="text-fg-secondary">{add.error.hint}</p>
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button look="primary" disabled={context === undefined || add.isPending} onClick={connect}>
          {add.isPending ? t("connect.trying") : t("connect.now")}
        </Button>
      </div>
    </div>
  );
}
