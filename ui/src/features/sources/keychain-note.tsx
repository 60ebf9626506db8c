import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { Note } from "@/components/states";
import { sayError } from "@/domain/error-words";
import { VaultDialog, type VaultWish } from "./vault-dialog";

/** Says when the keychain is shut: what waits for it, that the rest goes on, and every way out. */
export function KeychainNote() {
  const { t } = useTranslation("sources");
  const { data } = useAsk("shell", {});
  const unlock = useAct("unlockKeychain");
  const [wish, setWish] = useState<VaultWish>();
  if (!data || data.keychain.state === "open") return null;
  const { keychain } = data;
  const { file } = keychain;
  const open = () => (file ? setWish("open") : unlock.mutate({}, { onError: sayError }));
  return (
    <div className="border-b border-line p-3 px-6 max-wide:px-4">
      <Note tone="held">
        {keychain.state === "locked" ? (
          <>
            <b className="font-medium">{t(file ? "vault.locked" : "keychain.locked")}</b>{" "}
            {keychain.waiting > 0 && <>{t("keychain.lockedBody", { count: keychain.waiting })} </>}
            <LinkButton disabled={unlock.isPending} onClick={open}>
              {t(file ? "vault.open.link" : "keychain.unlock")}
            </LinkButton>
          </>
        ) : (
          <>
            <b className="font-medium">{t(file ? "vault.gone" : "keychain.missing")}</b>{" "}
            {file ? <span className="mono wrap-anywhere">{file}</span> : t("keychain.missingBody")}
          </>
        )}{" "}
        <LinkButton onClick={() => setWish(file ? "system" : "file")}>
          {t(file ? "vault.system.link" : "vault.file.link")}
        </LinkButton>
        {keychain.state === "missing" && <p className="mt-1 text-small text-fg-secondary">{keychain.words}</p>}
      </Note>
      <VaultDialog wish={wish} onClose={() => setWish(undefined)} />
    </div>
  );
}
