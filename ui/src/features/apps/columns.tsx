import clsx from "clsx";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AppCell, AppRow, Environment } from "@/api/generated";
import { Age } from "@/components/age";
import { Glyph } from "@/components/glyph";
import { MiddleClip } from "@/components/middle-clip";
import { StateGlyph } from "@/components/state";
import type { Column } from "@/components/table/columns";
import { toneOfHealth } from "@/domain/health";
import { listNames } from "@/lib/list";
import { msOf } from "@/lib/moment";

/** App, what stands in Git, and one column a cluster. */
export function useAppColumns(environments: readonly Environment[]): Column<AppRow>[] {
  const { t } = useTranslation("apps");
  return useMemo(
    () => [
      {
        id: "app",
        header: t("column.app"),
        width: 160,
        grow: 1,
        sortBy: (row) => `${row.policy.name} ${row.policy.namespace}`,
        cell: (row) => (
          <span className="text-base">
            <span className="font-medium">{row.policy.name}</span>{" "}
            <span className="text-small text-fg-muted">{row.policy.namespace}</span>
          </span>
        ),
      },
      {
        id: "inGit",
        header: t("column.inGit"),
        width: 170,
        grow: 1,
        sortBy: (row) => row.inGit ?? undefined,
        cell: (row) => <InGit row={row} />,
      },
      ...environments.map(
        (environment, index): Column<AppRow> => ({
          id: `in-${environment.cluster}`,
          header: headerOf(environment),
          width: 150,
          grow: 1,
          sortBy: (row) => row.cells[index]?.running[0],
          cell: (row) => <Cell cell={row.cells[index] ?? null} unreadable={environment.words} />,
        }),
      ),
    ],
    [t, environments],
  );
}

function headerOf({ cluster, revision }: Environment): string {
  return revision === null ? cluster : `${cluster} · ${revision}`;
}

function InGit({ row }: { row: AppRow }) {
  const { t } = useTranslation("apps");
  return (
    <span
      className="flex min-w-0 items-center gap-1.5"
      title={row.candidate ? `${row.inGit ?? ""} → ${row.candidate}` : undefined}
    >
      <MiddleClip text={row.inGit ?? t("nothing")} tail={4} className="mono shrink-[3]" />
      {row.candidate !== null && (
        <>
          <span aria-hidden="true" className="text-fg-muted">
            →
          </span>
          <span className="sr-only">{t("next")}</span>
          <MiddleClip text={row.candidate} tail={4} className="mono" />
        </>
      )}
      {row.isReady && (
        <span title={t("ready")}>
          <StateGlyph tone="ready" />
          <span className="sr-only">{t("ready")}</span>
        </span>
      )}
      {row.isHeld && (
        <span title={t("held")} className="text-held">
          <Glyph name="held" />
          <span className="sr-only">{t("held")}</span>
        </span>
      )}
    </span>
  );
}

function Cell({ cell, unreadable }: { cell: AppCell | null; unreadable: string }) {
  const { t } = useTranslation("apps");
  if (cell === null) {
    return (
      <span className="text-small text-fg-muted" title={unreadable}>
        {unreadable === "" ? t("notHere") : t("unreadable")}
      </span>
    );
  }
  const since = msOf(cell.since);
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={cell.words}>
      <StateGlyph tone={toneOfHealth(cell.health)} />
      <span className="sr-only">{t(`health.${cell.health}`)}</span>
      <MiddleClip
        text={cell.running.length === 0 ? t("nothing") : listNames(cell.running)}
        tail={4}
        className={clsx("mono", cell.reason !== null && "!max-w-3/5 flex-none")}
      />
      {since !== undefined && <Age at={since} bare className="text-small text-fg-muted" />}
      <span className="flex-1" />
      {cell.isSuspended && (
        <span title={t("suspended")} className="text-degraded">
          <Glyph name="paused" />
          <span className="sr-only">{t("suspended")}</span>
        </span>
      )}
      {cell.reason !== null ? (
        <span className="clip min-w-0 text-small text-failed">{cell.reason}</span>
      ) : cell.ready < cell.wanted ? (
        <span className="text-small whitespace-nowrap text-degraded">
          {t("readyOf", { ready: cell.ready, wanted: cell.wanted })}
        </span>
      ) : (
        cell.behind > 0 && (
          <span className="text-small font-medium whitespace-nowrap">{t("behind", { count: cell.behind })}</span>
        )
      )}
    </span>
  );
}
