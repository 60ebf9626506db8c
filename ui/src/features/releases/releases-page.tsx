import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReleaseFilter, ReleaseRow } from "@/api/generated";
import { useAskAll } from "@/api/hooks";
import { Button, buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Segmented } from "@/components/segmented";
import { Empty } from "@/components/states";
import { Answered } from "@/domain/answered";
import { useActions } from "@/lib/actions";
import { useDates } from "@/lib/dates";
import { groupReleases } from "./grouping";
import { ReleaseDetailPane } from "./release-detail";
import { ReleaseList } from "./release-list";

const filters: readonly ReleaseFilter[] = ["all", "mine", "failed"];
const partSize = 100;

/** The queue and the history, with the chosen release beside it. */
export function ReleasesPage() {
  const { t } = useTranslation("releases");
  const navigate = useNavigate();
  const search = useSearch({ from: "/releases" });
  const box = useRef<HTMLInputElement>(null);
  const dates = useDates();
  const show = filters.find((one) => one === search.show) ?? "all";
  const [text, setText] = useState(search.text ?? "");
  const wanted = useDeferredValue(text.trim());
  const { rows, first, error, refetch, hasMore, more } = useHistory(show, wanted);
  const groups = useMemo(() => groupReleases(rows), [rows]);
  const isNarrowed = show !== "all" || wanted !== "";
  const selected = search.release ?? groups[0]?.rows[0]?.release;

  const choose = (release: string) =>
    void navigate({ to: "/releases", search: (before) => ({ ...before, release }), replace: true });
  const narrow = (next: ReleaseFilter) =>
    void navigate({
      to: "/releases",
      search: (before) => ({ ...before, release: undefined, show: next === "all" ? undefined : next }),
      replace: true,
    });
  useActions([
    { id: "filter", label: t("filter"), keys: "/", scope: "page", run: () => box.current?.focus() },
    {
      id: "move",
      label: t("move"),
      keys: "ArrowDown",
      scope: "page",
      keysOnly: true,
      heardElsewhere: true,
      run: () => {},
    },
  ]);

  return (
    <Page
      title={t("title")}
      aside={
        first &&
        first.open + first.done > 0 &&
        t("count", { open: dates.number(first.open), done: dates.number(first.done) })
      }
      // Nothing can be narrowed where nothing is.
      actions={
        (first === undefined || rows.length > 0 || isNarrowed) && (
          <>
            <SearchBox
              inputRef={box}
              label={t("filterLabel")}
              value={text}
              onChange={setText}
              shown={rows.length}
              className="w-56 max-wide:w-52"
            />
            <Segmented<ReleaseFilter>
              label={t("show")}
              value={show}
              onChange={narrow}
              segments={filters.map((value) => ({ value, label: t(`filters.${value}`) }))}
            />
          </>
        )
      }
    >
      <Answered
        answer={{ data: first, error, refetch }}
        loading={t("loading")}
        failed={t("failed")}
        rows={12}
        empty={() =>
          rows.length === 0 && (
            <NoReleases
              narrowed={isNarrowed}
              onClear={() => {
                setText("");
                narrow("all");
              }}
            />
          )
        }
      >
        {() => (
          <div className="flex min-h-0 flex-1">
            <ReleaseList groups={groups} selected={selected} onSelect={choose} onMore={hasMore ? more : undefined} />
            <div className="relative min-h-0 min-w-0 flex-1 overflow-auto">
              {selected !== undefined && <ReleaseDetailPane key={selected} release={selected} />}
            </div>
          </div>
        )}
      </Answered>
    </Page>
  );
}

/** The history in parts: each older one is asked for by a person, and all of them are kept right together. */
function useHistory(show: ReleaseFilter, text: string) {
  const narrowing = `${show}\n${text}`;
  const [parts, setParts] = useState<{ narrowing: string; before: string[] }>({ narrowing, before: [] });
  const before = parts.narrowing === narrowing ? parts.before : [];
  const answers = useAskAll(
    "releases",
    [undefined, ...before].map((one) => ({
      show,
      limit: partSize,
      ...(text === "" ? {} : { text }),
      ...(one === undefined ? {} : { before: one }),
    })),
  );
  const rows: ReleaseRow[] = answers.flatMap((answer) => answer.data?.releases ?? []);
  const last = answers.at(-1)?.data;
  const key = rows.map((row) => `${row.release} ${row.state} ${row.updatedAt}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what matters in `rows`
  const stable = useMemo(() => rows, [key]);
  return {
    rows: stable,
    first: answers[0]?.data,
    error: answers[0]?.error ?? null,
    refetch: () => void answers[0]?.refetch(),
    hasMore: last?.hasMore ?? false,
    more: () => {
      const oldest = last?.releases.at(-1);
      if (oldest) setParts({ narrowing, before: [...before, oldest.release] });
    },
  };
}

function NoReleases({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  const { t } = useTranslation("releases");
  if (narrowed) return <Empty title={t("noneMatch")} action={<Button onClick={onClear}>{t("clearFilter")}</Button>} />;
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
