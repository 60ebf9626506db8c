import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Proposal, Wish } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { PendingRows, Problem } from "@/components/states";
import { ErrorHint, sayError } from "@/domain/error-words";
import { useKeys } from "@/lib/keys";
import { FilesBody } from "./files-body";
import { HandOverBody } from "./hand-over-body";
import { ProposalFoot } from "./proposal-foot";
import { isEmpty, titleOf } from "./proposal-words";
import { RunBody } from "./run-body";

/**
 * What would be done that is no release, over whatever page is shown: a hand-over, an apply, an export, Flux itself.
 * Nothing is changed until a person says so.
 */
export function ProposalSheet({ proposal }: { proposal: string }) {
  const { t } = useTranslation("proposal");
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error } = useAsk("proposal", { proposal });
  const close = () => {
    void navigate({ to: ".", search: (before) => ({ ...before, proposal: undefined }) });
    client.removeQueries({ queryKey: ["proposal", { proposal }] });
  };
  const isWide = data?.wish.wish === "apply" || data?.wish.wish === "export";
  return (
    <Dialog
      open
      onClose={close}
      placement={isWide && !isEmpty(data) ? "full" : "center"}
      title={data ? titleOf(t, data.wish) : t("loadingTitle")}
      className={isWide && !isEmpty(data) ? undefined : "!max-w-160"}
    >
      {error && !data ? (
        <Problem
          title={error.code === "notFound" ? t("gone") : t("failed")}
          quote={error.message}
          action={
            <Button look="primary" onClick={close}>
              {t("close")}
            </Button>
          }
        >
          {error.code === "notFound" ? t("goneBody") : <ErrorHint error={error} />}
        </Problem>
      ) : data ? (
        <Sheet key={proposal} proposal={data} onClose={close} />
      ) : (
        <PendingRows count={4} label={t("loading")} />
      )}
    </Dialog>
  );
}

function Sheet({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const navigate = useNavigate();
  const carryOut = useAct("carryOut");
  const discard = useAct("discardProposal");
  const propose = useAct("propose");
  const [message, setMessage] = useState<string>();
  const { course } = proposal;
  const isBegun = course.course === "running" || course.course === "done";
  const isOutdated = course.course === "failed" && course.error.code === "planOutdated";
  const busy = carryOut.isPending || propose.isPending || course.course === "running";
  const canGo = !isBegun && !busy && !isOutdated && !isEmpty(proposal) && proposal.obstacle === null;
  const isWordless = proposal.commit !== null && message?.trim() === "";

  const go = () => {
    if (!canGo || isWordless) return;
    carryOut.mutate(
      { proposal: proposal.proposal, ...(message === undefined ? {} : { message }) },
      { onError: sayError },
    );
  };
  const again = (wish: Wish) =>
    propose.mutate(
      { wish },
      {
        onSuccess: (next) =>
          void navigate({
            to: ".",
            replace: true,
            search: (before) => ({ ...before, proposal: next.proposal }),
          }),
        onError: sayError,
      },
    );
  const cancel = () => {
    discard.mutate({ proposal: proposal.proposal });
    onClose();
  };
  useKeys({ "Mod+Enter": go });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Body
        proposal={proposal}
        frozen={isBegun || busy}
        message={message ?? proposal.commit?.message ?? ""}
        onMessage={setMessage}
        onWish={again}
      />
      <ProposalFoot
        proposal={proposal}
        busy={busy}
        canGo={canGo && !isWordless}
        isOutdated={isOutdated}
        onGo={go}
        onAgain={() => again(proposal.wish)}
        onCancel={cancel}
        onClose={onClose}
      />
    </div>
  );
}

function Body(props: {
  proposal: Proposal;
  frozen: boolean;
  message: string;
  onMessage: (message: string) => void;
  onWish: (wish: Wish) => void;
}) {
  switch (props.proposal.wish.wish) {
    case "handOver":
      return <HandOverBody proposal={props.proposal} frozen={props.frozen} onWish={props.onWish} />;
    case "apply":
    case "export":
      return (
        <FilesBody
          proposal={props.proposal}
          frozen={props.frozen}
          message={props.message}
          onMessage={props.onMessage}
        />
      );
    case "bootstrap":
      return <RunBody proposal={props.proposal} />;
  }
}
