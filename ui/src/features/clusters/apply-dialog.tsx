import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { ClusterDetail, ObjectRef } from "@/api/generated";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Note } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { useOpenProposal } from "@/domain/proposal";

/** Which Kustomization is applied to a cluster without Flux. What that does is shown by the sheet that follows. */
export function ApplyDialog({ detail, open, onClose }: { detail: ClusterDetail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation("clusters");
  return (
    <Dialog open={open} onClose={onClose} title={t("apply.title", { cluster: detail.cluster.cluster })}>
      {open && <Choice detail={detail} onClose={onClose} />}
    </Dialog>
  );
}

function idOf({ source, namespace, name }: ObjectRef): string {
  return `${source} ${namespace}/${name}`;
}

function Choice({ detail, onClose }: { detail: ClusterDetail; onClose: () => void }) {
  const { t } = useTranslation("clusters");
  const id = useId();
  const { propose, isPending } = useOpenProposal();
  const [picked, setPicked] = useState<string>();
  const [error, setError] = useState<ApiError>();
  const all = detail.kustomizations;
  const chosen = all.find((one) => idOf(one) === picked) ?? all[0];
  const next = () => {
    if (chosen === undefined) return;
    setError(undefined);
    propose(
      { wish: "apply", kustomization: chosen, cluster: detail.cluster.cluster },
      { onOpen: onClose, onError: (failure) => setError(failure as ApiError) },
    );
  };
  return (
    <div className="flex flex-col gap-4 p-5">
      <p className="text-fg-secondary">{t("apply.body")}</p>
      {all.length === 0 ? (
        <p>{t("apply.none")}</p>
      ) : (
        <fieldset className="flex max-h-72 flex-col overflow-auto rounded-control border border-line">
          <legend className="sr-only">{t("apply.which")}</legend>
          {all.map((one) => (
            <label
              key={idOf(one)}
              htmlFor={`${id}-${idOf(one)}`}
              className="flex items-center gap-2 border-b border-line-faint px-3 py-2 last:border-b-0 hover:bg-hover"
            >
              <input
                id={`${id}-${idOf(one)}`}
                type="radio"
                name={id}
                checked={one === chosen}
                onChange={() => setPicked(idOf(one))}
              />
              <span className="clip font-medium">{one.name}</span>
              <span className="clip flex-1 text-small text-fg-muted">{one.namespace}</span>
              <span className="clip text-small text-fg-muted">{one.source}</span>
            </label>
          ))}
        </fieldset>
      )}
      {error && (
        <Note tone="failed">
          <ErrorText error={error} />
        </Note>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button look="primary" disabled={chosen === undefined || isPending} onClick={next}>
          {t(isPending ? "apply.working" : "apply.next")}
        </Button>
      </div>
    </div>
  );
}
