import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { ClusterDetail, ObjectRef } from "@/api/generated";
import { Dialog } from "@/components/dialog";
import { RadioList } from "@/components/radio-list";
import { FormEnd } from "@/domain/form-end";
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
  const { propose, isPending } = useOpenProposal();
  const [picked, setPicked] = useState<ObjectRef>();
  const [error, setError] = useState<ApiError>();
  const all = detail.kustomizations;
  const chosen = all.find((one) => picked && idOf(one) === idOf(picked)) ?? all[0];
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
      {chosen === undefined ? (
        <p>{t("apply.none")}</p>
      ) : (
        <RadioList label={t("apply.which")} options={all} idOf={idOf} chosen={chosen} onChoose={setPicked}>
          {(one) => (
            <span className="flex gap-2">
              <span className="clip font-medium">{one.name}</span>
              <span className="clip flex-1 text-small text-fg-muted">{one.namespace}</span>
              <span className="clip text-small text-fg-muted">{one.source}</span>
            </span>
          )}
        </RadioList>
      )}
      <FormEnd
        error={error}
        submit={t(isPending ? "apply.working" : "apply.next")}
        disabled={chosen === undefined || isPending}
        onSubmit={next}
        onCancel={onClose}
      />
    </div>
  );
}
