import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { say } from "@/lib/toast";
import { FormEnd } from "./form-end";

/** What is asked to be held: policies, and for one of them which version, `null` for the one in Git. */
export interface Holding {
  policies: readonly ObjectRef[];
  tag?: string | null;
}

/** Keeps versions on purpose: why and until when, and for a single policy which one. */
export function HoldDialog({ holding, onClose }: { holding: Holding | undefined; onClose: () => void }) {
  const { t } = useTranslation("domain");
  const count = holding?.policies.length ?? 0;
  const name = holding?.policies[0]?.name ?? "";
  return (
    <Dialog
      open={holding !== undefined}
      onClose={onClose}
      title={t("hold.title", { count, name })}
      className="!max-w-110"
    >
      {holding && <HoldForm holding={holding} onClose={onClose} />}
    </Dialog>
  );
}

function HoldForm({ holding: { policies, tag }, onClose }: { holding: Holding; onClose: () => void }) {
  const { t } = useTranslation("domain");
  const id = useId();
  const hold = useAct("hold");
  const [version, setVersion] = useState(tag ?? "");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const submit = () =>
    hold.mutate(
      {
        policies: [...policies],
        hold: {
          reason: reason.trim(),
          ...(version.trim() === "" ? {} : { tag: version.trim() }),
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
        {tag !== undefined && (
          <>
            <label className="text-fg-muted" htmlFor={`${id}-version`}>
              {t("hold.version")}
            </label>
            <TextInput
              id={`${id}-version`}
              mono
              value={version}
              placeholder={t("hold.inGit")}
              onChange={(event) => setVersion(event.target.value)}
            />
          </>
        )}
        <label className="text-fg-muted" htmlFor={`${id}-reason`}>
          {t("hold.reason")}
        </label>
        <TextInput id={`${id}-reason`} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
        <label className="text-fg-muted" htmlFor={`${id}-until`}>
          {t("hold.until")}
        </label>
        <TextInput id={`${id}-until`} type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
      </div>
      <FormEnd
        error={hold.error}
        submit={t("hold.submit")}
        disabled={hold.isPending || reason.trim() === ""}
        onCancel={onClose}
      />
    </form>
  );
}
