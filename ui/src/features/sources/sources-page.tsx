import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Sources } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { Segmented } from "@/components/segmented";
import { Empty } from "@/components/states";
import { Answered } from "@/domain/answered";
import { asKind, CredentialDialog, type Wanted } from "@/domain/credential-dialog";
import { useActions } from "@/lib/actions";
import { say } from "@/lib/toast";
import { CredentialsView } from "./credentials-view";
import { isSsh } from "./key-section";
import { KeychainNote } from "./keychain-note";
import { RegistryPanel } from "./registry-panel";
import { SourcePanel } from "./source-panel";
import { rowGrid, SourceRow } from "./source-row";
import { gitRow, needsYou, type Row, registryRow } from "./source-words";

type View = "all" | "needYou" | "credentials";

/** Git remotes, registries and the credentials for them. */
export function SourcesPage() {
  const { t } = useTranslation("sources");
  const navigate = useNavigate();
  const search = useSearch({ from: "/sources" });
  const answer = useAsk("sources", {});
  const { data } = answer;
  const remotes = data ? data.git.length + data.registries.length : 0;
  const test = useAct("testRemote");
  const [wanted, setWanted] = useState<Wanted>();
  const view: View = search.view === "credentials" || search.view === "needYou" ? search.view : "all";
  // A remedy elsewhere leads here with what it wants signed in to.
  const asked: Wanted | undefined =
    wanted ?? (search.signIn === undefined ? undefined : { kind: asKind(search.signIn), target: search.show });

  const go = (change: { show?: string; view?: View }) =>
    void navigate({
      to: "/sources",
      search: (before) => ({
        ...before,
        signIn: undefined,
        ...("show" in change ? { show: change.show } : {}),
        ...(change.view ? { view: change.view === "all" ? undefined : change.view, show: undefined } : {}),
      }),
      replace: true,
    });
  const closeDialog = () => {
    setWanted(undefined);
    if (search.signIn !== undefined) go({});
  };
  const testAll = () => {
    for (const row of rowsOf(data)) test.mutate({ remote: row.remote });
    say(t("testingAll", { count: rowsOf(data).length }), { tone: "progressing" });
  };
  const add = () => void navigate({ to: "/sources/add" });
  useActions([
    { id: "add", label: t("add"), keys: "n", scope: "page", run: add },
    { id: "testAll", label: t("testAll"), keys: "t", scope: "page", run: testAll },
    { id: "credential", label: t("addCredential"), keys: "c", scope: "page", run: () => setWanted({}) },
    {
      id: "close",
      label: t("closePanel"),
      keys: "Escape",
      scope: "page",
      keysOnly: true,
      run: () => go({ show: undefined }),
    },
  ]);

  return (
    <Page
      title={t("title")}
      aside={remotes > 0 && data && t("count", { count: remotes, needYou: data.needYou })}
      actions={
        <>
          <Segmented<View>
            label={t("view")}
            value={view}
            onChange={(next) => go({ view: next })}
            segments={[
              { value: "all", label: t("views.all") },
              { value: "needYou", label: t("views.needYou", { count: data?.needYou ?? 0 }) },
              { value: "credentials", label: t("views.credentials") },
            ]}
          />
          {view === "credentials" ? (
            <Button icon={<Plus size={14} />} keys="c" onClick={() => setWanted({})}>
              {t("addCredential")}
            </Button>
          ) : (
            <>
              {remotes > 0 && (
                <Button keys="t" onClick={testAll} className="max-wide:hidden">
                  {t("testAll")}
                </Button>
              )}
              <Link to="/sources/add" className={buttonClass()} aria-keyshortcuts="n">
                <Plus size={14} className="text-fg-muted" />
                {t("add")}
              </Link>
            </>
          )}
        </>
      }
      panel={
        view !== "credentials" &&
        data && <Panel sources={data} show={search.show} onClose={() => go({ show: undefined })} onSignIn={setWanted} />
      }
    >
      {view === "credentials" ? (
        <CredentialsView onAdd={() => setWanted({})} />
      ) : (
        <Answered
          answer={answer}
          loading={t("loading")}
          failed={t("failed")}
          empty={(sources) =>
            rowsOf(sources).length === 0 && (
              <Empty
                title={t("empty.title")}
                action={
                  <Link to="/sources/add" className={buttonClass({ look: "primary" })}>
                    {t("empty.add")}
                  </Link>
                }
              >
                {t("empty.body")}
              </Empty>
            )
          }
        >
          {(sources) => (
            <SourceList
              sources={sources}
              onlyTroubled={view === "needYou"}
              shown={search.show}
              onShow={(show) => go({ show: show === search.show ? undefined : show })}
            />
          )}
        </Answered>
      )}
      <CredentialDialog wanted={asked} onClose={closeDialog} />
    </Page>
  );
}

function rowsOf(sources: Sources | undefined): Row[] {
  return sources ? [...sources.git.map(gitRow), ...sources.registries.map(registryRow)] : [];
}

function SourceList({
  sources,
  onlyTroubled,
  shown,
  onShow,
}: {
  sources: Sources;
  onlyTroubled: boolean;
  shown: string | undefined;
  onShow: (id: string) => void;
}) {
  const { t } = useTranslation("sources");
  const groups = [
    { key: "git" as const, rows: sources.git.map(gitRow) },
    { key: "registries" as const, rows: sources.registries.map(registryRow) },
  ].map(({ key, rows }) => ({ key, rows: onlyTroubled ? rows.filter((row) => needsYou(row.heartbeat)) : rows }));
  if (groups.every(({ rows }) => rows.length === 0)) return <Empty title={t("allFine")}>{t("allFineBody")}</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={t("title")} tabIndex={0} className="focus-inset @container min-h-0 flex-1 overflow-auto">
      <KeychainNote />
      <div
        aria-hidden="true"
        className={clsx(
          rowGrid,
          "h-7 border-b border-line bg-sunken px-6 text-caption font-medium text-fg-muted max-wide:px-4",
        )}
      >
        <span />
        <span>{t("column.source")}</span>
        <span className="@max-[720px]:hidden">{t("column.day")}</span>
        <span>{t("column.success")}</span>
        <span className="@max-[720px]:hidden">{t("column.next")}</span>
        <span />
      </div>
      {groups.map(
        ({ key, rows }) =>
          rows.length > 0 && (
            <section key={key} aria-labelledby={`sources-${key}`}>
              <div className="flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 max-wide:px-4">
                <h2 id={`sources-${key}`} className="font-medium">
                  {t(`group.${key}`)}
                </h2>
                <span className="text-fg-muted" data-figure>
                  {rows.length}
                </span>
              </div>
              <ul>
                {rows.map((row) => (
                  <SourceRow key={row.id} row={row} isOpen={row.id === shown} onOpen={() => onShow(row.id)} />
                ))}
              </ul>
            </section>
          ),
      )}
    </section>
  );
}

function Panel({
  sources,
  show,
  onClose,
  onSignIn,
}: {
  sources: Sources;
  show: string | undefined;
  onClose: () => void;
  onSignIn: (wanted: Wanted) => void;
}) {
  const git = sources.git.find(({ source }) => source === show);
  if (git) {
    return (
      <SourcePanel
        key={git.source}
        source={git.source}
        onClose={onClose}
        onSignIn={() => onSignIn(credentialFor(git.address))}
      />
    );
  }
  const registry = sources.registries.find(({ host }) => host === show);
  return registry ? (
    <RegistryPanel
      registry={registry}
      onClose={onClose}
      onSignIn={() => onSignIn({ kind: "registry", target: registry.host })}
    />
  ) : null;
}

/** What kind of credential an address wants, and for which target. */
export function credentialFor(address: string): Wanted {
  const bare = address.replace(/^[a-z+]+:\/\//, "").replace(/^[^@/]*@/, "");
  const ssh = isSsh(address);
  return { kind: ssh ? "gitSsh" : "gitHttp", target: bare.split(ssh ? /[/:](?!\d)/ : "/")[0] ?? bare };
}
