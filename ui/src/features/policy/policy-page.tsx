import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { Page, PageScroll } from "@/components/page";
import { PendingRows, Problem } from "@/components/states";
import { ErrorHint } from "@/domain/error-words";
import { useActions } from "@/lib/actions";
import { PolicyCrumb, PolicyPosition } from "./crumb";
import { PolicyForm } from "./form/policy-form";
import { PolicyHead } from "./head";
import { History } from "./history";
import { HoldDialog } from "./hold-dialog";
import { TagTimeline } from "./tag-timeline";
import { usePolicyActions } from "./use-policy-actions";
import { WhereUsed } from "./where-used";
import { WhyChain } from "./why/why-chain";

/** One policy: its tags over time, why it chose what it chose, its rule, where it is used, and what happened. */
export function PolicyPage() {
  const policy = useParams({ from: "/images/$source/$namespace/$name" });
  // Another policy is another page: nothing of the one before may stay in its forms.
  return <Policy key={`${policy.source}/${policy.namespace}/${policy.name}`} policy={policy} />;
}

function Policy({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const { tag } = useSearch({ from: "/images/$source/$namespace/$name" });
  const { data, error, refetch } = useAsk("policy", { policy });
  const actions = usePolicyActions(policy, data);
  useActions(actions.list);
  return (
    <Page title={policy.name} monoTitle crumb={<PolicyCrumb />} actions={<PolicyPosition policy={policy} />}>
      <PageScroll>
        {error && !data ? (
          <Problem
            title={t("failed", { name: policy.name })}
            quote={error.message}
            action={
              <Button look="primary" onClick={() => void refetch()}>
                {t("again")}
              </Button>
            }
          >
            <ErrorHint error={error} />
          </Problem>
        ) : data ? (
          <>
            <PolicyHead page={data} actions={actions} />
            <div className="flex flex-col gap-4 px-6 py-4 max-wide:px-4">
              <TagTimeline page={data} actions={actions} pointAt={tag} />
              <WhyChain policy={policy} />
              <div className="grid grid-cols-[minmax(0,1.12fr)_minmax(0,1fr)] items-start gap-3 max-wide:grid-cols-1">
                <PolicyForm page={data} trial={actions.trial} onTrial={actions.setTrial} />
                <div className="grid min-w-0 gap-3">
                  <WhereUsed page={data} />
                  <History policy={policy} />
                </div>
              </div>
            </div>
          </>
        ) : (
          <PendingRows count={12} label={t("loading")} />
        )}
      </PageScroll>
      {data && <HoldDialog page={data} tag={actions.holding} onClose={actions.closeHold} />}
    </Page>
  );
}
