import { Link } from "@tanstack/react-router";
import { useDeferredValue, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActivityEntry } from "@/api/generated";
import { useAskAll } from "@/api/hooks";
import { Button, buttonClass, LinkButton } from "@/components/button";
import { Glyph } from "@/components/glyph";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { StateGlyph } from "@/components/state";
import { Empty } from "@/components/states";
import { Answered } from "@/domain/answered";
import { useGoTo } from "@/domain/pages";
import { useStarter } from "@/domain/starter";
import { useActions } from "@/lib/actions";
import { useDates } from "@/lib/dates";
import { ms } from "@/lib/moment";
import { withoutAddress } from "@/lib/sentence";
import { en } from "@/locales/en";
import { daysOf } from "./days";

const partSize = 100;

/** The audit log: who or what did what to which thing, newest first. */
export function ActivityPage() {
  const { t } = useTranslation("activity");
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const [older, setOlder] = useState<{ text: string; before: number[] }>({ text: "", before: [] });
  const before = older.text === wanted ? older.before : [];
  const answers = useAskAll(
    "activity",
    [undefined, ...before].map((one) => ({
      limit: partSize,
      ...(wanted === "" ? {} : { text: wanted }),
      ...(one === undefined ? {} : { before: one }),
    })),
  );
  const [first] = answers;
  const entries = answers.flatMap((answer) => answer.data?.entries ?? []);
  const last = entries.at(-1);
  useActions([{ id: "filter", label: t("filter"), keys: "/", scope: "page", run: () => box.current?.focus() }]);
  return (
    <Page
      title={t("title")}
      aside={t("aside")}
      // Nothing can be narrowed where nothing is.
      actions={
        (!first?.data || entries.length > 0 || wanted !== "") && (
          <SearchBox
            inputRef={box}
            label={t("filterLabel")}
            value={text}
            onChange={setText}
            shown={entries.length}
            className="w-64"
          />
        )
      }
    >
      <Answered
        answer={{ data: first?.data, error: first?.error ?? null, refetch: () => first?.refetch() }}
        loading={t("loading")}
        failed={t("failed")}
        rows={14}
        empty={() => entries.length === 0 && <NoEntries wanted={wanted} onClear={() => setText("")} />}
      >
        {() => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section aria-label={t("title")} tabIndex={0} className="focus-inset @container min-h-0 flex-1 overflow-auto">
            {daysOf(entries).map(({ day, at, entries: ofDay }) => (
              <Day key={day} at={at} entries={ofDay} />
            ))}
            {answers.at(-1)?.data?.hasMore && last && (
              <div className="p-4 px-6">
                <Button onClick={() => setOlder({ text: wanted, before: [...before, last.id] })}>{t("older")}</Button>
              </div>
            )}
          </section>
        )}
      </Answered>
    </Page>
  );
}

/** That nothing happened yet, or nothing that the words name. */
function NoEntries({ wanted, onClear }: { wanted: string; onClear: () => void }) {
  const { t } = useTranslation("activity");
  if (wanted !== "") {
    return <Empty title={t("noneMatch", { text: wanted })} action={<Button onClick={onClear}>{t("clear")}</Button>} />;
  }
  return (
    <Empty
      title={t("empty.title")}
      action={
        <Link to="/inbox" className={buttonClass({ look: "primary" })}>
          {t("empty.inbox")}
        </Link>
      }
    >
      {t("empty.body")}
    </Empty>
  );
}

function Day({ at, entries }: { at: number; entries: readonly ActivityEntry[] }) {
  const dates = useDates();
  return (
    <section aria-label={dates.day(at)}>
      <h2 className="sticky top-0 z-10 flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 font-medium max-wide:px-4">
        {dates.weekdayOnly(at)} {dates.day(at)}
        <span className="font-regular text-fg-muted" data-figure>
          {entries.length}
        </span>
      </h2>
      <ol>
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Line({ entry }: { entry: ActivityEntry }) {
  const { t } = useTranslation("activity");
  const dates = useDates();
  const goTo = useGoTo();
  const starter = useStarter()(entry.who);
  const { page } = entry;
  return (
    <li className="flex min-h-row items-center gap-3 border-b border-line-faint px-6 text-small [contain-intrinsic-size:auto_36px] [content-visibility:auto] hover:bg-hover max-wide:px-4">
      <time className="w-11 flex-none text-fg-muted" dateTime={entry.at} title={dates.full(ms(entry.at))}>
        {dates.time(ms(entry.at))}
      </time>
      <span className="flex w-24 flex-none items-center gap-1.5">
        <Glyph name={starter.glyph} size={14} className="text-fg-muted" />
        <span className="clip">{starter.word}</span>
      </span>
      <span className="flex w-44 flex-none items-center gap-1.5 text-fg-secondary">
        {entry.action === "release-failed" && <StateGlyph tone="failed" size={14} />}
        <span className="clip">{isKnown(entry.action) ? t(`action.${entry.action}`) : entry.action}</span>
      </span>
      <span className="clip w-48 flex-none text-base font-medium @max-[720px]:w-32" title={entry.subject}>
        {page ? (
          <LinkButton className="!text-base !text-fg" onClick={() => goTo(page)}>
            {entry.subject}
          </LinkButton>
        ) : (
          entry.subject
        )}
      </span>
      <span className="clip flex-1 text-fg-secondary" title={entry.detail} data-selectable>
        {entry.detail !== entry.subject && withoutAddress(entry.detail)}
      </span>
    </li>
  );
}

/** What the engine writes down has a word here; what a later one adds is shown as it is. */
function isKnown(action: string): action is keyof typeof en.activity.action {
  return action in en.activity.action;
}
