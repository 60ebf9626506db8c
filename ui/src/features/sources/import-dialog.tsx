import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { ClusterCredential } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { Select } from "@/components/select";
import { State, type StateTone } from "@/components/state";
import { Empty, Note, PendingRows } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { listNames } from "@/lib/list";

const tones: Record<ClusterCredential["state"], StateTone> = {
  new: "progressing",
  kept: "healthy",
  imported: "healthy",
  unusable: "degraded",
};

/** What the Flux of a connected cluster signs in with: shown first, kept where the person says so. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation("sources");
  return (
    <Dialog open={open} onClose={onClose} title={t("import.title")} className="!max-w-160">
      {open && <Clusters onClose={onClose} />}
    </Dialog>
  );
}

function Clusters({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("sources");
  const { data, error } = useAsk("clusters", {});
  const [chosen, setChosen] = useState<string>();
  if (error) return <Failed error={error} />;
  if (!data) return <PendingRows count={3} label={t("import.looking")} />;
  const names = data.clusters.map(({ cluster }) => cluster);
  const cluster = chosen ?? names[0];
  if (cluster === undefined) return <Empty title={t("import.noCluster")}>{t("import.noClusterBody")}</Empty>;
  return (
    <div className="flex flex-col gap-3 p-5">
      <p className="text-fg-secondary">{t("import.what")}</p>
      {names.length > 1 && (
        <Select
          aria-label={t("import.cluster")}
          value={cluster}
          onChange={setChosen}
          options={names.map((name) => ({ value: name, label: name }))}
          className="self-start"
        />
      )}
      <Found key={cluster} cluster={cluster} onClose={onClose} />
    </div>
  );
}

function Found({ cluster, onClose }: { cluster: string; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const look = useAct("lookForClusterCredentials");
  const keep = useAct("importClusterCredentials");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { mutate } = look;
  useEffect(() => mutate({ cluster }), [mutate, cluster]);
  const error = keep.error ?? look.error;
  if (!look.data) return error ? <Failed error={error} /> : <PendingRows count={4} label={t("import.looking")} />;
  // What was kept now stands in place of what was found.
  const now = (one: ClusterCredential) =>
    keep.data?.credentials.find(({ secret, target }) => secret === one.secret && target === one.target) ?? one;
  const all = look.data.credentials.map(now);
  const secrets = [...new Set(all.filter(({ state }) => state === "new").map(({ secret }) => secret))];
  const wanted = secrets.filter((secret) => !left.has(secret));
  const toggle = (secret: string, on: boolean) =>
    setLeft((before) => new Set(on ? [...before].filter((one) => one !== secret) : [...before, secret]));
  return (
    <>
      {all.length === 0 ? (
        <p className="text-small text-fg-secondary">{t("import.none", { cluster })}</p>
      ) : (
        <ul className="overflow-hidden rounded-control border border-line">
          {all.map((one) => (
            <Row
              key={`${one.secret} ${one.target} ${one.kind}`}
              one={one}
              isWanted={!left.has(one.secret)}
              onWanted={(on) => toggle(one.secret, on)}
            />
          ))}
        </ul>
      )}
      {error && <Failed error={error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t(secrets.length === 0 ? "import.close" : "cancel")}</Button>
        {secrets.length > 0 && (
          <Button
            look="primary"
            disabled={keep.isPending || wanted.length === 0}
            onClick={() => keep.mutate({ cluster, secrets: wanted, replace: false })}
          >
            {t(keep.isPending ? "import.keeping" : "import.keep", { count: wanted.length })}
          </Button>
        )}
      </div>
    </>
  );
}

function Row({
  one,
  isWanted,
  onWanted,
}: {
  one: ClusterCredential;
  isWanted: boolean;
  onWanted: (on: boolean) => void;
}) {
  const { t } = useTranslation("sources");
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-start gap-x-3 border-b border-line-faint px-3 py-2 text-small last:border-b-0">
      <span className="pt-0.5">
        {one.state === "new" && <Checkbox label={one.secret} checked={isWanted} onChange={onWanted} />}
      </span>
      <div className="min-w-0">
        <p className="clip font-medium">
          {one.target === "" ? one.secret : one.target}{" "}
          {one.kind && <span className="font-regular text-fg-muted">{t(`credential.kinds.${one.kind}`)}</span>}
        </p>
        <p className="clip text-fg-muted">
          {one.target !== "" && <span className="mono">{one.secret}</span>} {listNames(one.usedBy)}
        </p>
        {one.words !== "" && <p className="wrap-anywhere text-fg-secondary">{one.words}</p>}
      </div>
      <State tone={tones[one.state]}>{t(`import.state.${one.state}`)}</State>
    </li>
  );
}

function Failed({ error }: { error: ApiError }) {
  return (
    <Note tone="failed">
      <ErrorText error={error} />
    </Note>
  );
}
