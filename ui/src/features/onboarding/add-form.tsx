import { useNavigate } from "@tanstack/react-router";
import { FolderOpen } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "@/api/hooks";
import { Button, LinkButton } from "@/components/button";
import { Glyph, type GlyphName } from "@/components/glyph";
import { TextInput } from "@/components/input";
import { PageScroll } from "@/components/page";
import { Note } from "@/components/states";
import { ErrorText, sayError } from "@/domain/error-words";

/** One field and three ways in: an address, a folder, the demo. */
export function AddForm() {
  const { t } = useTranslation("onboarding");
  const navigate = useNavigate();
  const id = useId();
  const add = useAct("addSource");
  const pick = useAct("pickFolder");
  const demo = useAct("startDemo");
  const [address, setAddress] = useState("");
  const [branch, setBranch] = useState("");
  const [name, setName] = useState("");
  const [more, setMore] = useState(false);
  const busy = add.isPending || demo.isPending;
  const opened = ({ source }: { source: string }) => void navigate({ to: "/sources/add", search: { source } });
  const start = (where: string) =>
    add.mutate(
      {
        address: where.trim(),
        ...(name.trim() === "" ? {} : { name: name.trim() }),
        ...(branch.trim() === "" ? {} : { branch: branch.trim() }),
      },
      { onSuccess: opened },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() !== "" && !busy) start(address);
  };
  const pickFolder = () =>
    pick.mutate(
      {},
      {
        onSuccess: ({ path }) => {
          if (path === null) return;
          setAddress(path);
          start(path);
        },
        onError: sayError,
      },
    );
  const failure = add.error ?? demo.error;
  return (
    <PageScroll>
      <div className="mx-auto flex w-140 max-w-full flex-col gap-8 px-6 pt-[12vh] pb-10">
        <div>
          <h2 className="text-hero font-strong">{t("hero")}</h2>
          <p className="mt-1 text-fg-secondary">{t("heroBody")}</p>
        </div>
        <form className="flex flex-col gap-3" onSubmit={submit}>
          <label htmlFor={`${id}-address`} className="font-medium">
            {t("address")}
          </label>
          <div className="flex gap-2">
            <TextInput
              id={`${id}-address`}
              mono
              autoFocus
              value={address}
              disabled={busy}
              aria-invalid={add.error ? true : undefined}
              placeholder="https://github.com/acme/fleet"
              onChange={(event) => setAddress(event.target.value)}
              className="h-control-large flex-1"
            />
            <Button type="submit" look="primary" large disabled={busy || address.trim() === ""}>
              {add.isPending ? t("adding") : t("read")}
            </Button>
          </div>
          <p className="text-small text-fg-muted">{t("addressHint")}</p>
          {more ? (
            <div className="grid grid-cols-[88px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 text-small">
              <label htmlFor={`${id}-branch`} className="text-fg-muted">
                {t("branch")}
              </label>
              <TextInput
                id={`${id}-branch`}
                mono
                value={branch}
                placeholder={t("branchHint")}
                onChange={(event) => setBranch(event.target.value)}
              />
              <label htmlFor={`${id}-name`} className="text-fg-muted">
                {t("name")}
              </label>
              <TextInput
                id={`${id}-name`}
                value={name}
                placeholder={t("nameHint")}
                onChange={(event) => setName(event.target.value)}
              />
            </div>
          ) : (
            <div>
              <LinkButton onClick={() => setMore(true)}>{t("more")}</LinkButton>
            </div>
          )}
          {failure && (
            <div role="alert">
              <Note tone="failed">
                <ErrorText error={failure} />
              </Note>
            </div>
          )}
        </form>
        <div className="flex flex-wrap gap-2 border-t border-line pt-6">
          <Button large icon={<FolderOpen size={16} />} disabled={busy || pick.isPending} onClick={pickFolder}>
            {t("pickFolder")}
          </Button>
          <Button large disabled={busy} onClick={() => demo.mutate({}, { onSuccess: opened })}>
            {demo.isPending ? t("demoStarting") : t("demo")}
          </Button>
          <p className="mt-1 w-full text-small text-fg-muted">{t("demoHint")}</p>
        </div>
        <ul className="grid grid-cols-3 gap-4 text-small text-fg-secondary">
          <Pledge glyph="observe" title={t("promise.read")} body={t("promise.readBody")} />
          <Pledge glyph="held" title={t("promise.secrets")} body={t("promise.secretsBody")} />
          <Pledge glyph="person" title={t("promise.write")} body={t("promise.writeBody")} />
        </ul>
      </div>
    </PageScroll>
  );
}

function Pledge({ glyph, title, body }: { glyph: GlyphName; title: string; body: string }) {
  return (
    <li>
      <Glyph name={glyph} className="mb-1.5 text-fg-muted" />
      <h3 className="font-medium text-fg">{title}</h3>
      <p>{body}</p>
    </li>
  );
}
