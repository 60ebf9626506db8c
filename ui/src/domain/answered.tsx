import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { PendingRows, Problem } from "@/components/states";
import { ErrorHint, type Failure } from "./error-words";

/** What a question has come to, as `useAsk` says it. */
interface Answer<Data> {
  data: Data | undefined;
  error: (Error & Failure) | null;
  refetch: () => unknown;
}

/**
 * What a page shows of one question: the rows that will come, why none come, that there are none, or the answer.
 * A failure does not cover an answer that is there; its age says how old that is.
 */
export function Answered<Data>({
  answer: { data, error, refetch },
  loading,
  failed,
  rows,
  empty,
  children,
}: {
  answer: Answer<Data>;
  /** What is being read, for who cannot see the rows. */
  loading: string;
  /** What cannot be shown. */
  failed: string;
  /** About how many rows will come. */
  rows?: number;
  /** What stands in the place of an answer with nothing in it; false for one with something. */
  empty?: (data: Data) => ReactNode;
  children: (data: Data) => ReactNode;
}) {
  const { t } = useTranslation();
  if (data !== undefined) return empty?.(data) || children(data);
  if (!error) return <PendingRows count={rows} label={loading} />;
  return (
    <Problem
      title={failed}
      quote={error.message}
      action={
        <Button look="primary" onClick={() => void refetch()}>
          {t("tryAgain")}
        </Button>
      }
    >
      <ErrorHint error={error} />
    </Problem>
  );
}
