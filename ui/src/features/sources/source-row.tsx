import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { TestResult } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Age, Due } from "@/components/age";
import { Button } from "@/components/button";
import { StateGlyph } from "@/components/state";
import { Quote } from "@/components/states";
import { useErrorKind, useErrorWords } from "@/domain/error-words";
import { toneOfHealth, useOriginWords } from "@/domain/health";
import { RemedyLink } from "@/domain/remedy";
import { msOf } from "@/lib/moment";
import { HeartbeatBars } from "./heartbeat";
import type { Row } from "./source-words";
import { TestSteps } from "./test-steps";

export const rowGrid =
  "grid grid-cols-[16px_minmax(0,1fr)_156px_96px_112px_72px] items-center gap-x-3 @max-[720px]:grid-cols-[16px_minmax(0,1fr)_88px_72px]";

/** One remote: how it is, its last day, and where it is not well what it said and what mends it. */
export function SourceRow({ row, isOpen, onOpen }: { row: Row; isOpen: boolean; onOpen: () => void }) {
  const { t } = useTranslation("sources");
  const test = useAct("testRemote");
  const { heartbeat } = row;
  const success = msOf(heartbeat.lastSuccess);
  const next = msOf(heartbeat.nextTry);
  return (
    <li
      className={clsx(
        "relative border-b border-line-faint px-6 max-wide:px-4",
        isOpen ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-hover",
      )}
    >
      <div className={clsx(rowGrid, "min-h-row")}>
        <StateGlyph tone={toneOfHealth(heartbeat.health)} />
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onOpen}
          className="flex min-w-0 items-baseline gap-2 text-left after:absolute after:inset-x-0 after:top-0 after:h-row focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          <span className="clip flex-none font-medium">{row.name}</span>
          <span className="sr-only">{t(`health.${heartbeat.health}`)}</span>
          <span className="flex min-w-0 gap-1 text-small text-fg-muted">
            <About row={row} />
          </span>
        </button>
        <span className="@max-[720px]:hidden">
          <HeartbeatBars beats={heartbeat.beats} />
        </span>
        <span className="text-small">
          {success === undefined ? (
            <span className="text-fg-muted">{t("never")}</span>
          ) : (
            <Age at={success} stale={heartbeat.failures > 0} />
          )}
        </span>
        <span className="text-small text-fg-secondary @max-[720px]:hidden">
          {next === undefined ? <span className="text-fg-muted">{t("noNext")}</span> : <Due at={next} />}
        </span>
        <Button
          className="relative z-10 justify-self-end"
          disabled={test.isPending}
          onClick={() => test.mutate({ remote: row.remote })}
          aria-label={t("testOne", { name: row.name })}
        >
          {test.isPending ? t("testing") : t("test")}
        </Button>
      </div>
      {heartbeat.problem && <Trouble row={row} />}
      <Tested result={test.data} error={test.error} />
    </li>
  );
}

function About({ row }: { row: Row }) {
  const { t } = useTranslation(["sources", "domain"]);
  const origin = useOriginWords();
  if (row.kind === "registry") {
    return <AboutLine first={origin(row.registry.origin)} last={t("images", { count: row.registry.images })} />;
  }
  const mode = row.git.mayWrite ? t(`domain:mode.${row.git.mode}`) : t("readsOnly");
  return <AboutLine first={row.git.address.replace(/^https?:\/\//, "")} last={row.git.isDemo ? t("demo") : mode} />;
}

/** Where room is short the address gives way, and not what Sluice does with it. */
function AboutLine({ first, last }: { first: string; last: string }) {
  return (
    <>
      <span className="clip shrink-[999]" title={first}>
        {first}
      </span>
      <span className="clip">· {last}</span>
    </>
  );
}

/** What happened, in the remote's own words, and one thing that mends it. */
function Trouble({ row: { heartbeat } }: { row: Row }) {
  const { t } = useTranslation("sources");
  const { problem, words, remedy } = heartbeat;
  const kind = useErrorKind();
  const said = useErrorWords();
  return (
    <div className="flex flex-col gap-2 pb-3 pl-7">
      {problem && (
        <p className="text-small">
          <b className="font-strong">{t("whatHappened", { what: kind(problem.code) })}</b>{" "}
          <span className="text-fg-secondary">{said(problem).next}</span>
        </p>
      )}
      <Quote>{words ?? problem?.message}</Quote>
      {remedy && (
        <div className="relative z-10">
          <RemedyLink remedy={remedy} own={problem ? said(problem).next : undefined} className="text-small" />
        </div>
      )}
    </div>
  );
}

function Tested({ result, error }: { result: TestResult | undefined; error: Error | null }) {
  if (error) {
    return (
      <div role="alert" className="pb-3 pl-7">
        <Quote>{error.message}</Quote>
      </div>
    );
  }
  if (!result) return null;
  return (
    <div className="pb-3 pl-7">
      <TestSteps result={result} />
    </div>
  );
}
