import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ObjectRef } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Page, PageScroll } from "@/components/page";
import { Answered } from "@/domain/answered";
import { HoldDialog } from "@/domain/hold-dialog";
import { useActions } from "@/lib/actions";
import { PolicyCrumb, PolicyPosition } from "./crumb";
import { PolicyForm } from "./form/policy-form";
import { PolicyHead } from "./head";
import { History } from "./history";
import { TagTimeline } from "./tag-timeline";
import { usePolicyActions } from "./use-policy-actions";
import { WhereUsed } from "./where-used";
import { WhyChain } from "./why/why-chain";
import { WriterNote } from "./writer-note";

/** One policy: its tags over time, why it chose what it chose, its rule, where it is used, and what happened. */
export function PolicyPage() {
  const policy = useParams({ from: "/images/$source/$namespace/$name" });
  // Another policy is another page: nothing of the one before may stay in its forms.
  return <Policy key={`${policy.source}/${policy.namespace}/${policy.name}`} policy={policy} />;
}

function Policy({ policy }: { policy: ObjectRef }) {
  const { t } = useTranslation("policy");
  const { tag } = useSearch({ from: "/images/$source/$namespace/$name" });
  const answer = useAsk("policy", { policy });
  const { data } = answer;
  const actions = usePolicyActions(policy, data);
  useActions(actions.list);
  return (
    <Page title={policy.name} monoTitle crumb={<PolicyCrumb />} actions={<PolicyPosition policy={policy} />}>
      <PageScroll>
        <Answered answer={answer} loading={t("loading")} failed={t("failed", { name: policy.name })} rows={12}>
          {(page) => (
            <>
              <PolicyHead page={page} actions={actions} />
              <WriterNote page={page} />
              <div className="flex flex-col gap-4 px-6 py-4 max-wide:px-4">
                <TagTimeline page={page} actions={actions} pointAt={tag} />
                <WhyChain policy={policy} />
                <div className="grid grid-cols-[minmax(0,1.12fr)_minmax(0,1fr)] items-start gap-3 max-wide:grid-cols-1">
                  <PolicyForm page={page} trial={actions.trial} onTrial={actions.setTrial} />
                  <div className="grid min-w-0 gap-3">
                    <WhereUsed page={page} />
                    <History policy={policy} />
                  </div>
                </div>
              </div>
            </>
          )}
        </Answered>
      </PageScroll>
      <HoldDialog
        holding={data && actions.holding !== undefined ? { policies: [data.policy], tag: actions.holding } : undefined}
        onClose={actions.closeHold}
      />
    </Page>
  );
}
