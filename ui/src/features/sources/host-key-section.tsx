import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HostKey, SourceDetail } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { State, type StateTone } from "@/components/state";
import { Note, PendingRows, Quote } from "@/components/states";
import { FormEnd } from "@/domain/form-end";
import { isSsh } from "./key-section";

const tones: Record<HostKey["trust"]["trust"], StateTone> = {
  known: "healthy",
  published: "healthy",
  new: "degraded",
  changed: "failed",
  revoked: "failed",
};

/** The host key of a source's server, and the dialog in which a person compares and trusts what it shows. */
export function HostKeySection({ detail: { git, hostKey } }: { detail: SourceDetail }) {
  const { t } = useTranslation("sources");
  const [open, setOpen] = useState(false);
  if (!hostKey && !isSsh(git.address)) return null;
  return (
    <section>
      <h3 className="mb-2 flex items-center gap-2 font-strong">
        {t("hostKey")} <span className="mono font-regular">{hostKey?.host}</span>
        <span className="flex-1" />
        <Button onClick={() => setOpen(true)}>{t("hosts.look")}</Button>
      </h3>
      {hostKey ? <Seen hostKey={hostKey} /> : <p className="text-small text-fg-secondary">{t("hosts.none")}</p>}
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("hosts.title", { name: git.source })}
        className="!max-w-130"
      >
        {open && <HostKeys host={git.source} onClose={() => setOpen(false)} />}
      </Dialog>
    </section>
  );
}

function Seen({ hostKey }: { hostKey: HostKey }) {
  const { t } = useTranslation("sources");
  const { trust } = hostKey;
  return (
    <div>
      <Quote>{`${hostKey.algorithm} ${hostKey.fingerprint}`}</Quote>
      <p className="mt-2 text-small">
        <State tone={tones[trust.trust]}>{t(`trust.${trust.trust}`)}</State>
      </p>
      {trust.trust === "changed" && (
        <p className="mt-1 text-small text-fg-secondary">
          {t("trustKnown", { place: trust.place })} <span className="mono wrap-anywhere">{trust.known}</span>
        </p>
      )}
    </div>
  );
}

/** Asks the server at once. What changed or was revoked is never trusted from here. */
function HostKeys({ host, onClose }: { host: string; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const scan = useAct("scanHost");
  const trust = useAct("trustHost");
  const [asked, setAsked] = useState(false);
  if (!asked) {
    setAsked(true);
    queueMicrotask(() => scan.mutate({ host }));
  }
  const keys = scan.data?.keys ?? [];
  const open = keys.filter((key) => key.trust.trust === "new" || key.trust.trust === "published");
  const blocked = keys.some((key) => key.trust.trust === "changed" || key.trust.trust === "revoked");
  const problem = scan.error ?? trust.error;
  return (
    <div className="flex flex-col gap-3 p-5">
      <p className="text-fg-secondary">{t("hosts.what")}</p>
      {scan.isPending && <PendingRows count={2} label={t("loading")} />}
      {keys.map((key) => (
        <Seen key={key.fingerprint} hostKey={key} />
      ))}
      {blocked && <Note tone="failed">{t("hosts.blocked")}</Note>}
      <FormEnd
        error={problem}
        submit={t("hosts.trust")}
        disabled={open.length === 0 || blocked || trust.isPending}
        onSubmit={() =>
          trust.mutate(
            { host, fingerprints: open.map((key) => key.fingerprint), replace: false },
            { onSuccess: onClose },
          )
        }
        onCancel={onClose}
      />
    </div>
  );
}
