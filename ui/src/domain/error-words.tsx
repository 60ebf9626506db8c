import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { ErrorCode } from "@/api/generated";
import { useLanguage } from "@/lib/i18n";
import { joinSentences } from "@/lib/list";
import { sentence } from "@/lib/sentence";
import { say } from "@/lib/toast";

/** What failed, as the engine says it, or that it said nothing. */
export interface Failure {
  code: ErrorCode | "noAnswer";
  message: string;
  hint: string;
}

/** What a failure says in the language of the window. */
export interface Said {
  head: string;
  /** What to do next; perhaps empty. */
  next: string;
  /** The engine's own sentence with the remote's words, where the head is not that sentence already. */
  quote: string | undefined;
}

/** English is the engine's own. Chinese says which kind it is and what to do, and quotes the sentence. */
export function errorWords({ code, message, hint }: Failure): Said {
  if (i18next.language !== "zh-CN") return { head: message, next: sentence(hint), quote: undefined };
  return {
    head: i18next.t(`domain:error.${code}.what`),
    next: i18next.t(`domain:error.${code}.next`),
    quote: message,
  };
}

/** The same for a component, which is drawn again when the language changes. */
export function useErrorWords(): (failure: Failure) => Said {
  useLanguage();
  return errorWords;
}

/** Says in passing that something failed. */
export function sayError(failure: Error & Partial<Failure>): void {
  const { head, next, quote } = errorWords({
    code: failure.code ?? "noAnswer",
    message: failure.message,
    hint: failure.hint ?? "",
  });
  say(head, { tone: "failed", description: joinSentences([quote, next]) });
}

/** What to do about a failure, for a page that quotes its sentence itself. */
export function ErrorHint({ error }: { error: Failure }) {
  return useErrorWords()(error).next;
}

/** A failure inside of a note: what it is, its sentence where that is another, what to do. */
export function ErrorText({ error }: { error: Failure }) {
  const { head, next, quote } = useErrorWords()(error);
  return (
    <>
      <p className="font-medium wrap-anywhere">{head}</p>
      {quote && <p className="mono wrap-anywhere text-fg-secondary">{quote}</p>}
      {next !== "" && <p>{next}</p>}
    </>
  );
}

/** The kind of a failure in a few words, where its sentence stands beside it. */
export function useErrorKind(): (code: ErrorCode) => string {
  const { t } = useTranslation("domain");
  return (code) => t(`error.${code}.what`);
}
