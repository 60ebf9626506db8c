import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Button, Keys } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { PendingRows, Problem } from "@/components/states";
import { ErrorHint } from "@/domain/error-words";
import { SheetBody } from "./sheet-body";
import { sumsOf } from "./sheet-state";

/**
 * The one gate for every write, over whatever page is shown. Closing it keeps the plan for a while; nothing is written
 * until a person says so.
 */
export function ReviewSheet({ review }: { review: string }) {
  const { t } = useTranslation("review");
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error } = useAsk("review", { review });
  const close = () => {
    void navigate({ to: ".", search: (before) => ({ ...before, review: undefined }) });
    client.removeQueries({ queryKey: ["review", { review }] });
  };
  return (
    <Dialog
      open
      onClose={close}
      placement="full"
      title={data ? t("title", { count: sumsOf(data).changes }) : t("loadingTitle")}
      aside={data && <Sums review={data} />}
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
        <SheetBody review={data} onClose={close} />
      ) : (
        <PendingRows label={t("planning")} />
      )}
    </Dialog>
  );
}

function Sums({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  const sums = sumsOf(review);
  return (
    <span className="flex items-center gap-3">
      <span className="clip">
        {[
          t("sum.commits", { count: sums.commits }),
          t("sum.files", { count: sums.files }),
          t("sum.lines", { count: sums.lines }),
        ].join(" · ")}
      </span>
      {sums.changes > 1 && (
        <span className="flex items-center gap-1 whitespace-nowrap max-wide:hidden">
          <Keys combo="j" />
          <Keys combo="k" />
          {t("nextChange")}
        </span>
      )}
    </span>
  );
}
