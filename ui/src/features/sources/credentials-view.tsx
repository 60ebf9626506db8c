import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, Credentials } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { StateGlyph } from "@/components/state";
import { Quote } from "@/components/states";
import { Answered } from "@/domain/answered";
import { ErrorHint, sayError } from "@/domain/error-words";
import { FoundPlace } from "@/domain/found-place";
import { msOf } from "@/lib/moment";
import { say } from "@/lib/toast";
import { ImportDialog } from "./import-dialog";
import { KeychainNote } from "./keychain-note";
import { TestSteps } from "./test-steps";
import { VaultDialog, type VaultWish } from "./vault-dialog";

/** What Sluice keeps in the keychain, and what was found on this computer. No secret is ever shown. */
export function CredentialsView({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation("sources");
  const answer = useAsk("credentials", {});
  return (
    <Answered answer={answer} loading={t("loading")} failed={t("credentialsFailed")}>
      {(credentials) => <Kinds credentials={credentials} onAdd={onAdd} />}
    </Answered>
  );
}

function Kinds({ credentials: { kept, found }, onAdd }: { credentials: Credentials; onAdd: () => void }) {
  const { t } = useTranslation("sources");
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <KeychainNote />
      <section aria-labelledby="kept">
        <KeptHead count={kept.length} />
        {kept.length === 0 ? (
          <div className="flex items-center gap-3 border-b border-line-faint px-6 py-3 text-small max-wide:px-4">
            <p className="text-fg-secondary">{t("keptNone")}</p>
            <Button onClick={onAdd}>{t("addCredential")}</Button>
          </div>
        ) : (
          <ul>
            {kept.map((credential) => (
              <Kept key={credential.credential} credential={credential} />
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="found">
        <Head id="found" title={t("foundHere")} count={found.length} hint={t("foundHint")} />
        <ul>
          {found.map((one) => (
            <FoundPlace key={`${one.place} ${one.detail}`} found={one} className="px-6 max-wide:px-4" />
          ))}
        </ul>
      </section>
    </div>
  );
}

/** Says where secrets are kept, lets them be kept elsewhere, and takes over those of a cluster. */
function KeptHead({ count }: { count: number }) {
  const { t } = useTranslation("sources");
  const { data } = useAsk("shell", {});
  const [wish, setWish] = useState<VaultWish>();
  const [importing, setImporting] = useState(false);
  const file = data?.keychain.file ?? null;
  return (
    <Head id="kept" title={t(file ? "keptFile" : "kept")} count={count} hint={file ?? t("keptHint")}>
      <Button onClick={() => setImporting(true)}>{t("import.open")}</Button>
      {data?.keychain.state === "open" && (
        <Button look="ghost" onClick={() => setWish(file ? "system" : "file")}>
          {t(file ? "vault.system.link" : "vault.file.link")}
        </Button>
      )}
      <VaultDialog wish={wish} onClose={() => setWish(undefined)} />
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </Head>
  );
}

function Head({
  id,
  title,
  count,
  hint,
  children,
}: {
  id: string;
  title: string;
  count: number;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 max-wide:px-4">
      <h2 id={id} className="font-medium whitespace-nowrap">
        {title}
      </h2>
      <span className="text-fg-muted" data-figure>
        {count}
      </span>
      <span className="clip ml-2 text-small text-fg-muted">{hint}</span>
      <span className="flex-1" />
      {children}
    </div>
  );
}

function Kept({ credential }: { credential: Credential }) {
  const { t } = useTranslation("sources");
  const test = useAct("testCredential");
  const remove = useAct("removeCredential");
  const [asking, setAsking] = useState(false);
  const { problem, key } = credential;
  const used = msOf(credential.lastUsed);
  const ends = msOf(credential.expiresAt);
  const id = { credential: credential.credential };
  return (
    <li className="border-b border-line-faint px-6 py-1 max-wide:px-4">
      <div className="flex min-h-7 items-center gap-3">
        <StateGlyph tone={problem ? "failed" : used === undefined ? "waiting" : "healthy"} />
        <span className="clip font-medium">{credential.target}</span>
        <span className="clip text-small text-fg-muted">
          {t(`credential.kinds.${credential.kind}`)}
          {credential.username !== "" && ` · ${credential.username}`}
          {key && ` · ${key.algorithm}`}
        </span>
        <span className="flex-1" />
        <span className="text-small whitespace-nowrap text-fg-muted">
          {used === undefined ? (
            t("unused")
          ) : (
            <>
              {t("used")} <Age at={used} />
            </>
          )}
          {ends !== undefined && (
            <>
              {" "}
              · {t("ends")} <Age at={ends} stale={ends < Date.now() + 7 * 86_400_000} />
            </>
          )}
        </span>
        {key && <CopyButton text={key.public} label={t("copyKey")} />}
        {asking ? (
          <>
            <Button
              look="danger"
              autoFocus
              disabled={remove.isPending}
              onClick={() =>
                remove.mutate(id, {
                  onSuccess: () => say(t("credentialRemoved", { target: credential.target })),
                  onError: sayError,
                })
              }
            >
              {t("removeReally")}
            </Button>
            <Button look="ghost" onClick={() => setAsking(false)}>
              {t("cancel")}
            </Button>
          </>
        ) : (
          <>
            <Button
              aria-label={t("testOne", { name: credential.target })}
              disabled={test.isPending}
              onClick={() => test.mutate(id)}
            >
              {test.isPending ? t("testing") : t("test")}
            </Button>
            <Button
              look="ghost"
              aria-label={t("removeOne", { name: credential.target })}
              onClick={() => setAsking(true)}
            >
              {t("remove")}
            </Button>
          </>
        )}
      </div>
      {problem && (
        <div className="py-2 pl-7">
          <Quote>{problem.message}</Quote>
          <p className="mt-1 text-small text-fg-secondary">
            <ErrorHint error={problem} />
          </p>
        </div>
      )}
      {test.data && (
        <div className="pb-2 pl-7">
          <TestSteps result={test.data} />
        </div>
      )}
      {test.error && (
        <div className="pb-2 pl-7">
          <Quote>{test.error.message}</Quote>
        </div>
      )}
    </li>
  );
}
