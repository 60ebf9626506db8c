import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { RadioList } from "@/components/radio-list";
import { Note, PendingRows } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { FormEnd } from "@/domain/form-end";
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
  const { data, error } = useAsk("contexts", {});
  const add = useAct("addCluster");
  const [picked, setPicked] = useState<string>();
  const [isReadOnly, setReadOnly] = useState(false);
  const free = data?.contexts.filter((context) => context.cluster === null) ?? [];
  const chosen = free.find((one) => one.context === picked) ?? free.find((one) => one.isCurrent) ?? free[0];
  const connect = () => {
    if (chosen === undefined) return;
    add.mutate(
      { context: chosen.context, isReadOnly },
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
        <Note tone="failed">
          <ErrorText error={error} />
        </Note>
      ) : !data ? (
        <PendingRows count={3} label={t("loading")} />
      ) : chosen === undefined ? (
        <p>{t("connect.none")}</p>
      ) : (
        <RadioList
          label={t("connect.contexts")}
          options={free}
          idOf={(one) => one.context}
          chosen={chosen}
          onChoose={(one) => setPicked(one.context)}
        >
          {(one) => (
            <span className="flex gap-2">
              <span className="clip font-medium">{one.context}</span>
              <span className="clip flex-1 text-right text-small text-fg-muted">{one.server}</span>
            </span>
          )}
        </RadioList>
      )}
      <p className="flex items-center gap-2">
        <Checkbox label={t("connect.readOnly")} checked={isReadOnly} onChange={setReadOnly} />
        <span aria-hidden="true">{t("connect.readOnly")}</span>
      </p>
      <FormEnd
        error={add.error}
        submit={add.isPending ? t("connect.trying") : t("connect.now")}
        disabled={chosen === undefined || add.isPending}
        onSubmit={connect}
        onCancel={onClose}
      />
    </div>
  );
}
