import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ClusterDetail, ClusterRow } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { Segmented } from "@/components/segmented";
import { Empty, Note, Quote } from "@/components/states";
import { DataTable } from "@/components/table/data-table";
import { Answered } from "@/domain/answered";
import { ConfirmDialog } from "@/domain/confirm-dialog";
import { msOf } from "@/lib/moment";
import { say } from "@/lib/toast";
import { ApplyDialog } from "./apply-dialog";
import { BootstrapDialog } from "./bootstrap-dialog";
import { useDifferenceColumns, useObjectColumns, useWorkloadColumns } from "./columns";
import { Lookalikes } from "./lookalikes";

type View = "flux" | "workloads" | "differences";

/** One cluster: what is wrong with it, and what is in it. */
export function ClusterView({ row, onGone }: { row: ClusterRow; onGone: () => void }) {
  const { t } = useTranslation("clusters");
  const [view, setView] = useState<View>("flux");
  const answer = useAsk("cluster", { cluster: row.cluster });
  const heard = msOf(row.lastSuccess);
  return (
    <section aria-label={row.cluster} className="flex min-w-0 flex-1 flex-col">
      <header className="flex min-h-topbar flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-6 py-2 max-wide:px-4">
        <h2 className="text-base font-strong">{row.cluster}</h2>
        <span className="mono clip text-small text-fg-muted">{row.context}</span>
        {row.isReadOnly && <span className="text-small text-fg-secondary">{t("readOnly")}</span>}
        <span className="flex-1" />
        <Segmented<View>
          label={t("view")}
          value={view}
          onChange={setView}
          segments={[
            { value: "flux", label: t("views.flux", { count: answer.data?.objects.length ?? row.objects }) },
            {
              value: "workloads",
              label: t("views.workloads", { count: answer.data?.workloads.length ?? row.workloads }),
            },
            { value: "differences", label: t("views.differences", { count: answer.data?.differences.length ?? 0 }) },
          ]}
        />
        <Remove row={row} onGone={onGone} />
      </header>
      {row.words !== "" && (
        <div className="flex flex-col gap-2 border-b border-line px-6 py-4 text-small max-wide:px-4">
          <p className="font-medium">
            {t("unreachable")} {heard !== undefined && <Age at={heard} stale />}
          </p>
          <Quote>{row.words}</Quote>
        </div>
      )}
      {row.gaps.length > 0 && (
        <div className="border-b border-line px-6 py-4 text-small max-wide:px-4">
          <Note tone="degraded">
            <p className="font-medium">{t("gaps")}</p>
            <ul className="mt-1 flex flex-col gap-0.5">
              {row.gaps.map((gap) => (
                <li key={gap} className="wrap-anywhere">
                  {gap}
                </li>
              ))}
            </ul>
            <p className="mt-1">
              {t("role")} <span className="mono">sluice source add cluster --print-role</span>
            </p>
          </Note>
        </div>
      )}
      <Answered answer={answer} loading={t("loading")} failed={t("failedOne")}>
        {(detail) => (
          <>
            {!detail.hasFlux && !row.isReadOnly && row.health !== "broken" && <WithoutFlux detail={detail} />}
            <Lookalikes rows={detail.lookalikes} />
            <Tables detail={detail} view={view} />
          </>
        )}
      </Answered>
    </section>
  );
}

function Tables({ detail, view }: { detail: ClusterDetail; view: View }) {
  const { t } = useTranslation("clusters");
  const objects = useObjectColumns(detail.cluster);
  const workloads = useWorkloadColumns();
  const differences = useDifferenceColumns();
  if (view === "workloads") {
    return (
      <DataTable
        key={view}
        label={t("workloads")}
        rows={detail.workloads}
        rowId={(row) => `${row.kind}/${row.namespace}/${row.name}`}
        columns={workloads}
        empty={<Empty title={t("noWorkloads")} />}
      />
    );
  }
  if (view === "differences") {
    return (
      <DataTable
        key={view}
        label={t("differences")}
        rows={detail.differences}
        rowId={(row) => `${row.source}/${row.object}/${row.kind}`}
        columns={differences}
        empty={<Empty title={t("noDifferences")}>{t("noDifferencesBody")}</Empty>}
      />
    );
  }
  return (
    <DataTable
      key={view}
      label={t("objects")}
      rows={detail.objects}
      rowId={(row) => `${row.kind}/${row.namespace}/${row.name}`}
      columns={objects}
      empty={<Empty title={t("noObjects")}>{t("noObjectsBody")}</Empty>}
    />
  );
}

/** What can be done where no Flux is: apply by hand, or set it up. */
function WithoutFlux({ detail }: { detail: ClusterDetail }) {
  const { t } = useTranslation("clusters");
  const [dialog, setDialog] = useState<"apply" | "bootstrap">();
  const { cluster } = detail.cluster;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-sunken px-6 py-2 text-small max-wide:px-4">
      <span className="min-w-0 flex-1 text-fg-secondary">{t("noFlux")}</span>
      <Button onClick={() => setDialog("apply")}>{t("apply.open")}</Button>
      <Button onClick={() => setDialog("bootstrap")}>{t("bootstrap.open")}</Button>
      <ApplyDialog detail={detail} open={dialog === "apply"} onClose={() => setDialog(undefined)} />
      <BootstrapDialog cluster={cluster} open={dialog === "bootstrap"} onClose={() => setDialog(undefined)} />
    </div>
  );
}

/** Forgets the cluster, after a question. Nothing there is changed. */
function Remove({ row, onGone }: { row: ClusterRow; onGone: () => void }) {
  const { t } = useTranslation("clusters");
  const remove = useAct("removeCluster");
  const [asking, setAsking] = useState(false);
  const gone = () => {
    setAsking(false);
    say(t("removed", { name: row.cluster }));
    onGone();
  };
  return (
    <>
      <Button look="quiet" onClick={() => setAsking(true)}>
        {t("remove")}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t("removeTitle", { name: row.cluster })}
        means={t("removeMeans")}
        act={t("removeNow")}
        error={remove.error}
        isPending={remove.isPending}
        onConfirm={() => remove.mutate({ cluster: row.cluster }, { onSuccess: gone })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
