import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import { useSecretAct } from "@/api/hooks";
import { Dialog } from "@/components/dialog";
import { SecretInput } from "@/components/secret-input";
import { Note } from "@/components/states";
import { FormEnd } from "@/domain/form-end";
import { listNames } from "@/lib/list";
import { takeField } from "@/lib/secret-form";
import { say } from "@/lib/toast";

/** What the dialog is for: opening the file, choosing it, or going back to the keychain. */
export type VaultWish = "open" | "file" | "system";

/** Opens the encrypted file, or moves secrets into it or out of it. */
export function VaultDialog({ wish, onClose }: { wish: VaultWish | undefined; onClose: () => void }) {
  const { t } = useTranslation("sources");
  return (
    <Dialog
      open={wish !== undefined}
      onClose={onClose}
      title={wish ? t(`vault.${wish}.title`) : ""}
      className="!max-w-110"
    >
      {wish && <VaultForm wish={wish} onClose={onClose} />}
    </Dialog>
  );
}

function VaultForm({ wish, onClose }: { wish: VaultWish; onClose: () => void }) {
  const { t } = useTranslation("sources");
  const id = useId();
  const open = useSecretAct("unlockKeychain");
  const choose = useSecretAct("chooseVault");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ApiError>();
  const [differ, setDiffer] = useState(false);

  const act = async (passphrase: string) => {
    if (wish === "open") {
      await open({ passphrase });
      return;
    }
    const { moved, left } = await choose(wish === "file" ? { place: "file", passphrase } : { place: "system" });
    say(t("vault.moved", { count: moved }), {
      tone: left.length > 0 ? "degraded" : "healthy",
      description: left.length > 0 ? t("vault.left", { targets: listNames(left) }) : undefined,
    });
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = takeField(event.currentTarget, "passphrase");
    const again = takeField(event.currentTarget, "again");
    setRefusal(undefined);
    setDiffer(wish === "file" && passphrase !== again);
    if (wish === "file" && passphrase !== again) return;
    setBusy(true);
    try {
      await act(passphrase);
      onClose();
    } catch (cause) {
      setRefusal(cause as ApiError);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="flex flex-col gap-3 p-5" autoComplete="off" onSubmit={(event) => void submit(event)}>
      <p className="text-fg-secondary">{t(`vault.${wish}.what`)}</p>
      {wish !== "system" && (
        <div className="grid grid-cols-[104px_minmax(0,1fr)] items-start gap-x-3 gap-y-2.5 text-small">
          <label className="pt-1.5 text-fg-muted" htmlFor={`${id}-passphrase`}>
            {t("credential.passphrase")}
          </label>
          <SecretInput
            id={`${id}-passphrase`}
            name="passphrase"
            required
            autoFocus
            minLength={wish === "file" ? 8 : undefined}
            autoComplete={wish === "file" ? "new-password" : "current-password"}
          />
          {wish === "file" && (
            <>
              <label className="pt-1.5 text-fg-muted" htmlFor={`${id}-again`}>
                {t("vault.again")}
              </label>
              <SecretInput id={`${id}-again`} name="again" required aria-invalid={differ} />
            </>
          )}
        </div>
      )}
      {wish === "file" && <p className="text-small text-fg-muted">{t("vault.file.lost")}</p>}
      {differ && (
        <Note tone="failed">
          <p className="font-medium">{t("vault.differ")}</p>
        </Note>
      )}
      <FormEnd
        error={refusal}
        submit={t(busy ? "vault.busy" : `vault.${wish}.submit`)}
        disabled={busy}
        onCancel={onClose}
      />
    </form>
  );
}
