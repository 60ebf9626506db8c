import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ClusterRow, DifferenceRow, LiveRow, WorkloadRow } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { MiddleClip } from "@/components/middle-clip";
import { State, StateGlyph } from "@/components/state";
import type { Column } from "@/components/table/columns";
import { sayError } from "@/domain/error-words";
import { toneOfHealth } from "@/domain/health";
import { useOpenProposal } from "@/domain/proposal";
import { listNames } from "@/lib/list";
import { say } from "@/lib/toast";

/** Flux's objects, with what may be asked of them. */
export function useObjectColumns(cluster: ClusterRow): Column<LiveRow>[] {
  const { t } = useTranslation("clusters");
  return useMemo(
    () => [
      {
        id: "object",
        header: t("column.object"),
        width: 280,
        grow: 1,
        sortBy: (row) => `${row.kind} ${row.namespace} ${row.name}`,
        cell: (row) => (
          <span className="flex min-w-0 items-center gap-1.5">
            <StateGlyph tone={row.isSuspended ? "paused" : toneOfHealth(row.health)} />
            <span className="sr-only">{row.isSuspended ? t("suspended") : t(`health.${row.health}`)}</span>
            <span className="clip" title={`${row.kind} ${row.namespace}/${row.name}`}>
              <span className="text-fg-muted">{row.kind}</span> <span className="font-medium">{row.name}</span>{" "}
              <span className="text-small text-fg-muted">{row.namespace}</span>
            </span>
          </span>
        ),
      },
      {
        id: "revision",
        header: t("column.revision"),
        width: 130,
        grow: 0.4,
        drop: 3,
        cell: (row) =>
          row.release === null ? (
            <MiddleClip
              text={shortRevision(row.revision)}
              title={row.revision ?? undefined}
              className="mono text-fg-secondary"
            />
          ) : (
            <Link
              to="/releases"
              search={{ release: row.release }}
              className="link mono clip"
              title={t("openRelease", { revision: row.revision ?? "" })}
            >
              {shortRevision(row.revision)}
            </Link>
          ),
      },
      {
        id: "git",
        header: t("column.from"),
        width: 90,
        drop: 1,
        cell: (row) =>
          row.isInGit !== null &&
          (row.isInGit ? (
            <span className="text-small text-fg-secondary">{t("both")}</span>
          ) : (
            <span className="text-small text-degraded">{t("onlyHere")}</span>
          )),
      },
      {
        id: "words",
        header: t("column.words"),
        width: 160,
        grow: 1.2,
        drop: 2,
        cell: (row) => (
          <span className="clip text-small text-fg-secondary" title={row.words}>
            {row.words}
          </span>
        ),
      },
      {
        id: "act",
        header: t("column.act"),
        width: 160,
        cell: (row) => <Acts cluster={cluster} row={row} />,
      },
    ],
    [t, cluster],
  );
}

function Acts({ cluster, row }: { cluster: ClusterRow; row: LiveRow }) {
  const { t } = useTranslation("clusters");
  const reconcile = useAct("reconcileInCluster");
  const suspend = useAct("suspendInCluster");
  const { propose, isPending } = useOpenProposal();
  // Nothing can be asked of a cluster that does not answer.
  if (cluster.isReadOnly || cluster.health === "broken") return null;
  const { declared } = row;
  const object = { cluster: cluster.cluster, kind: row.kind, namespace: row.namespace, name: row.name };
  const name = `${row.kind} ${row.namespace}/${row.name}`;
  const writes =
    row.kind === "ImageUpdateAutomation" && declared !== null
      ? ({ wish: "handOver", automation: declared, cluster: cluster.cluster } as const)
      : undefined;
  // No controller works on what Sluice itself has applied.
  if (row.isPlain) {
    if (declared === null) return null;
    return (
      <LinkButton
        disabled={isPending}
        aria-label={t("apply.one", { name })}
        onClick={() => propose({ wish: "apply", kustomization: declared, cluster: cluster.cluster })}
      >
        {t("apply.open")}
      </LinkButton>
    );
  }
  return (
    <span className="inline-flex gap-3">
      {!row.isSuspended && (
        <LinkButton
          disabled={reconcile.isPending}
          aria-label={t("reconcileOne", { name })}
          onClick={() =>
            reconcile.mutate(
              { ...object, withSource: true },
              { onError: sayError, onSuccess: () => say(t("asked", { name }), { tone: "progressing" }) },
            )
          }
        >
          {t("reconcile")}
        </LinkButton>
      )}
      {writes ? (
        // Who writes is decided as one: alone, suspending leaves nobody writing, and resuming leaves two.
        <LinkButton
          quiet
          disabled={isPending}
          aria-label={t(row.isSuspended ? "handOverOne" : "takeOverOne", { name })}
          onClick={() => propose({ ...writes, to: row.isSuspended ? "cluster" : "here" })}
        >
          {t(row.isSuspended ? "handOver" : "takeOver")}
        </LinkButton>
      ) : (
        <LinkButton
          quiet
          disabled={suspend.isPending}
          aria-label={t(row.isSuspended ? "resumeOne" : "suspendOne", { name })}
          onClick={() => suspend.mutate({ ...object, suspended: !row.isSuspended }, { onError: sayError })}
        >
          {t(row.isSuspended ? "resume" : "suspend")}
        </LinkButton>
      )}
    </span>
  );
}

/** Workloads and the images that they run. */
export function useWorkloadColumns(): Column<WorkloadRow>[] {
  const { t } = useTranslation("clusters");
  return useMemo(
    () => [
      {
        id: "workload",
        header: t("column.workload"),
        width: 200,
        grow: 1,
        sortBy: (row) => `${row.namespace} ${row.name}`,
        cell: (row) => (
          <span className="flex min-w-0 items-center gap-1.5">
            <StateGlyph tone={toneOfHealth(row.health)} />
            <span className="sr-only">{t(`health.${row.health}`)}</span>
            <span className="clip">
              <span className="font-medium">{row.name}</span>{" "}
              <span className="text-small text-fg-muted">
                {row.namespace} · {row.kind}
              </span>
            </span>
          </span>
        ),
      },
      {
        id: "images",
        header: t("column.images"),
        width: 200,
        grow: 1.4,
        sortBy: (row) => row.images[0],
        cell: (row) => (
          <span className="mono clip" title={row.images.join("\n")}>
            {listNames(row.images)}
          </span>
        ),
      },
      {
        id: "ready",
        header: t("column.ready"),
        width: 70,
        align: "end",
        sortBy: (row) => row.ready - row.wanted,
        cell: (row) => (
          <span data-figure>
            {row.ready}/{row.wanted}
          </span>
        ),
      },
      {
        id: "words",
        header: t("column.words"),
        width: 140,
        grow: 1,
        drop: 1,
        cell: (row) => (
          <span className="clip text-small text-fg-secondary" title={row.words}>
            {row.words}
          </span>
        ),
      },
    ],
    [t],
  );
}

/** What Git says and the cluster does not, and the other way round. */
export function useDifferenceColumns(): Column<DifferenceRow>[] {
  const { t } = useTranslation("clusters");
  return useMemo(
    () => [
      {
        id: "object",
        header: t("column.object"),
        width: 220,
        grow: 1,
        sortBy: (row) => row.object,
        cell: (row) => <span className="clip font-medium">{row.object}</span>,
      },
      {
        id: "kind",
        header: t("column.difference"),
        width: 180,
        grow: 0.6,
        cell: (row) => <State tone="degraded">{t(`difference.${row.kind}`)}</State>,
      },
      {
        id: "file",
        header: t("column.file"),
        width: 160,
        grow: 1,
        drop: 1,
        cell: (row) => <span className="mono clip text-fg-secondary">{row.file ?? row.source ?? ""}</span>,
      },
    ],
    [t],
  );
}

/** A revision with seven digits of its commit. */
export function shortRevision(revision: string | null): string {
  if (revision === null) return "";
  return revision.replace(/(?:sha1:)?([0-9a-f]{40})$/, (_, commit: string) => commit.slice(0, 7));
}
