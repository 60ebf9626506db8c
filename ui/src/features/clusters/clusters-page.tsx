import { useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ClusterRow } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { Page } from "@/components/page";
import { StateGlyph } from "@/components/state";
import { Empty } from "@/components/states";
import { Answered } from "@/domain/answered";
import { toneOfHealth } from "@/domain/health";
import { useActions } from "@/lib/actions";
import { msOf } from "@/lib/moment";
import { ClusterView } from "./cluster-view";
import { ConnectDialog } from "./connect-dialog";

/** The clusters: how each is reached, what Flux does there, and what runs. */
export function ClustersPage() {
  const { t } = useTranslation("clusters");
  const navigate = useNavigate();
  const search = useSearch({ from: "/clusters" });
  const answer = useAsk("clusters", {});
  const go = (change: { show?: string; add?: string }) =>
    void navigate({ to: "/clusters", search: (before) => ({ ...before, ...change }), replace: true });
  const add = () => go({ add: "yes" });
  useActions([{ id: "add", label: t("add"), keys: "n", scope: "page", run: add }]);
  const list = answer.data?.clusters ?? [];
  const shown = list.find(({ cluster }) => cluster === search.show) ?? list[0];

  return (
    <Page
      title={t("title")}
      aside={list.length > 0 && t("count", { count: list.length })}
      actions={
        <Button icon={<Plus size={14} />} keys="n" onClick={add}>
          {t("add")}
        </Button>
      }
    >
      <Answered
        answer={answer}
        loading={t("loading")}
        failed={t("failed")}
        empty={() =>
          !shown && (
            <Empty
              title={t("empty.title")}
              action={
                <Button look="primary" onClick={add}>
                  {t("empty.add")}
                </Button>
              }
            >
              {t("empty.body")}
            </Empty>
          )
        }
      >
        {() =>
          shown && (
            <div className="flex min-h-0 flex-1">
              <ul
                aria-label={t("title")}
                className="w-60 flex-none overflow-auto border-r border-line bg-sunken max-wide:w-48"
              >
                {list.map((row) => (
                  <Cluster
                    key={row.cluster}
                    row={row}
                    isShown={row === shown}
                    onShow={() => go({ show: row.cluster })}
                  />
                ))}
              </ul>
              <ClusterView key={shown.cluster} row={shown} onGone={() => go({ show: undefined })} />
            </div>
          )
        }
      </Answered>
      <ConnectDialog open={search.add !== undefined} onClose={() => go({ add: undefined })} />
    </Page>
  );
}

function Cluster({ row, isShown, onShow }: { row: ClusterRow; isShown: boolean; onShow: () => void }) {
  const { t } = useTranslation("clusters");
  const heard = msOf(row.lastSuccess);
  return (
    <li>
      <button
        type="button"
        aria-current={isShown}
        onClick={onShow}
        className={clsx(
          "focus-inset flex w-full items-start gap-2 border-b border-line-faint px-4 py-2.5 text-left",
          isShown ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-hover",
        )}
      >
        <span className="pt-0.5">
          <StateGlyph tone={toneOfHealth(row.health)} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="clip block font-medium">{row.cluster}</span>
          <span className="sr-only">{t(`health.${row.health}`)}</span>
          <span className="clip block text-small text-fg-muted">
            {row.health === "broken" ? (
              heard === undefined ? (
                t("never")
              ) : (
                <Age at={heard} stale />
              )
            ) : (
              `${row.version ?? "…"}${row.latency === null ? "" : ` · ${row.latency} ms`}`
            )}
          </span>
        </span>
      </button>
    </li>
  );
}
