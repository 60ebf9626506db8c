import { useTranslation } from "react-i18next";
import { useAct, useAsk } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { Note } from "@/components/states";
import { sayError } from "@/domain/error-words";

/** Says when the keychain is shut: what waits for it, and that the rest goes on. */
export function KeychainNote() {
  const { t } = useTranslation("sources");
  const { data } = useAsk("shell", {});
  const unlock = useAct("unlockKeychain");
  if (!data || data.keychain.state === "open") return null;
  const { keychain } = data;
  return (
    <div className="border-b border-line p-3 px-6 max-wide:px-4">
      <Note tone="held">
        {keychain.state === "locked" ? (
          <>
            <b className="font-medium">{t("keychain.locked")}</b>{" "}
            {t("keychain.lockedBody", { count: keychain.waiting })}{" "}
            <LinkButton disabled={unlock.isPending} onClick={() => unlock.mutate({}, { onError: sayError })}>
              {t("keychain.unlock")}
            </LinkButton>
          </>
        ) : (
          <>
            <b className="font-medium">{t("keychain.missing")}</b> {t("keychain.missingBody")}{" "}
            <span className="text-fg-secondary">{keychain.words}</span>
          </>
        )}
      </Note>
    </div>
  );
}
