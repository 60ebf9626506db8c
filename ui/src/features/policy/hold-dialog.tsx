import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyPage } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextInput } from "@/components/input";
import { Note } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { say } from "@/lib/toast";

/** Keeps a version on purpose: which, why and until when. */
export function HoldDialog({
  page,
  tag,
  onClose,
}: {
  page: PolicyPage;
  tag: string | null | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation("policy");
  return (
    <Dialog
      open={tag !== undefined}
      onClose={onClose}
      title={t("holdDialog.title", { name: page.policy.name })}
      className="!max-w-110"
    >
      {tag !== undefined && <HoldForm page={page} tag={tag} onClose={onClose} />}
    </Dialog>
  );
}

function HoldForm({ page, tag, onClose }: { page: PolicyPage; tag: string | null; onClose: () => void }) {
  const { t } = useTranslation("policy");
  const id = useId();
  const hold = useAct("hold");
  const [version, setVersion] = useState(tag ?? "");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const submit = () =>
    hold.mutate(
      {
        policies: [page.policy],
        hold: {
          reason: reason.trim(),
          ...(version.trim() === "" ? {} : { tag: version.trim() }),
          // A day is held to its end, where the person is.
          ...(until === "" ? {} : { until: new Date(`${until}T23:59:59`).toISOString() }),
        },
      },
      {
        onSuccess: () => {
          say(t("holdDialog.done", { name: page.policy.name }));
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
      <p className="text-fg-secondary">{t("holdDialog.what")}</p>
      <div className="grid grid-cols-[72px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 text-small">
        <label className="text-fg-muted" htmlFor={`${id}-version`}>
          {t("holdDialog.version")}
        </label>
        <TextInput
          id={`${id}-version`}
          mono
          value={version}
          placeholder={t("holdDialog.inGit")}
          onChange={(event) => setVersion(event.target.value)}
        />
        <label className="text-fg-muted" htmlFor={`${id}-reason`}>
          {t("holdDialog.reason")}
        </label>
        <TextInput id={`${id}-reason`} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
        <label className="text-fg-muted" htmlFor={`${id}-until`}>
          {t("holdDialog.until")}
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
          {t("holdDialog.submit")}
        </Button>
      </div>
    </form>
  );
}
