import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { Note } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { say } from "@/lib/toast";

/** Keeps what stands in Git for several policies at once, with one reason. */
export function HoldDialog({ policies, onClose }: { policies: readonly ObjectRef[] | undefined; onClose: () => void }) {
  const { t } = useTranslation("inbox");
  const count = policies?.length ?? 0;
  const name = policies?.[0]?.name ?? "";
  return (
    <Dialog
      open={policies !== undefined}
      onClose={onClose}
      title={t("hold.title", { count, name })}
      className="!max-w-110"
    >
      {policies && <HoldForm policies={policies} onClose={onClose} />}
    </Dialog>
  );
}

function HoldForm({ policies, onClose }: { policies: readonly ObjectRef[]; onClose: () => void }) {
  const { t } = useTranslation("inbox");
  const id = useId();
  const hold = useAct("hold");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const submit = () =>
    hold.mutate(
      {
        policies: [...policies],
        hold: {
          reason: reason.trim(),
          // A day is held to its end, where the person is.
          ...(until === "" ? {} : { until: new Date(`${until}T23:59:59`).toISOString() }),
        },
      },
      {
        onSuccess: () => {
          say(t("hold.done", { count: policies.length, name: policies[0]?.name ?? "" }));
          onClose();
        },
      },
    );
  return (
    <form
      className="flex flex-col gap-3 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="text-fg-secondary">{t("hold.what")}</p>
      <div className="grid grid-cols-[72px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 text-small">
        <label className="text-fg-muted" htmlFor={`${id}-reason`}>
          {t("hold.reason")}
        </label>
        <TextInput id={`${id}-reason`} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
        <label className="text-fg-muted" htmlFor={`${id}-until`}>
          {t("hold.until")}
        </label>
        <TextInput id={`${id}-until`} type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
      </div>
      {hold.error && (
        <Note tone="failed">
          <ErrorText error={hold.error} />
        </Note>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="primary" disabled={hold.isPending || reason.trim() === ""}>
          {t("hold.submit")}
        </Button>
      </div>
    </form>
  );
}
