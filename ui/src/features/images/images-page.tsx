import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImageRow, Images } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Age } from "@/components/age";
import { Button, buttonClass } from "@/components/button";
import { FilterBox } from "@/components/filter-box";
import { Page } from "@/components/page";
import { Empty } from "@/components/states";
import { DataTable } from "@/components/table/data-table";
import { Answered } from "@/domain/answered";
import { sayError } from "@/domain/error-words";
import { policyParams } from "@/domain/pages";
import { StaleBanner } from "@/domain/stale-banner";
import { useActions } from "@/lib/actions";
import { emptyFilter, type Filter, formatFilter, isEmpty, parseFilter } from "@/lib/filter";
import { ms } from "@/lib/moment";
import { say } from "@/lib/toast";
import { useImageColumns } from "./columns";
import { filterKeys, matchesFilter, vocabulary } from "./filtering";
import { ViewsMenu } from "./views-menu";

interface Sort {
  id: string;
  desc: boolean;
}

const noRows: readonly ImageRow[] = [];

const rowId = ({ policy }: ImageRow) => `${policy.source}/${policy.namespace}/${policy.name}`;

/** Every policy with what stands in Git, what would come, what stands in the way, and what happens next. */
export function ImagesPage() {
  const { t } = useTranslation("images");
  const navigate = useNavigate();
  const search = useSearch({ from: "/images" });
  const answer = useAsk("images", {});
  const { data } = answer;
  const check = useAct("checkNow");
  const box = useRef<HTMLInputElement>(null);
  const [sort, setSort] = useState<Sort>({ id: "next", desc: false });
  const columns = useImageColumns();
  // The words that are being written stand in the box at once; the address follows.
  const [filter, setFilter] = useState<Filter>(() => parseFilter(search.filter ?? "", filterKeys));
  const text = formatFilter(filter);

  // Whatever else changes the address (a link, a view, Back) changes the box.
  const asked = search.filter ?? "";
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const own = sent.current.indexOf(asked);
    sent.current = own < 0 ? [] : sent.current.slice(own + 1);
    if (own < 0) setFilter(parseFilter(asked, filterKeys));
  }, [asked]);

  const change = (next: Filter) => {
    setFilter(next);
    sent.current.push(isEmpty(next) ? "" : formatFilter(next));
    void navigate({ to: "/images", search: isEmpty(next) ? {} : { filter: formatFilter(next) }, replace: true });
  };
  const rows = data?.rows ?? noRows;
  const words = useMemo(() => vocabulary(rows), [rows]);
  const shown = useMemo(
    () => (isEmpty(filter) ? rows : rows.filter((row) => matchesFilter(filter, row))),
    [filter, rows],
  );
  const checkAll = () =>
    check.mutate(
      { scope: { what: "all" } },
      {
        onSuccess: ({ asked }) =>
          say(asked === 0 ? t("alreadyChecking") : t("checking", { count: asked }), { tone: "progressing" }),
        onError: sayError,
      },
    );
  const open = (row: ImageRow) =>
    void navigate({ to: "/images/$source/$namespace/$name", params: policyParams(row.policy) });

  useActions([
    { id: "filter", label: t("filter"), keys: "/", scope: "page", run: () => box.current?.focus() },
    { id: "check", label: t("checkNow"), keys: "r", scope: "page", run: checkAll },
    {
      id: "move",
      label: t("move"),
      keys: "ArrowDown",
      scope: "page",
      keysOnly: true,
      heardElsewhere: true,
      run: () => {},
    },
    { id: "open", label: t("open"), keys: "Enter", scope: "page", keysOnly: true, heardElsewhere: true, run: () => {} },
  ]);

  return (
    <Page
      title={t("title")}
      aside={
        isEmpty(filter) && data && rows.length > 0
          ? data.unscanned > 0
            ? t("unscanned", { count: rows.length, unscanned: data.unscanned })
            : t("count", { count: rows.length })
          : undefined
      }
      // Nothing can be narrowed where nothing is.
      actions={
        data?.rows.length !== 0 && (
          <>
            <FilterBox
              inputRef={box}
              filter={filter}
              onChange={change}
              vocabulary={words}
              count={shown.length}
              total={rows.length}
              className="w-105 max-wide:w-85 max-[800px]:w-55"
            />
            <ViewsMenu
              filter={text}
              sort={sort}
              onPick={(view) => {
                change(parseFilter(view.filter, filterKeys));
                if (view.sort) setSort({ id: view.sort, desc: view.isDescending });
              }}
            />
            <Button keys="r" onClick={checkAll} disabled={check.isPending}>
              {t("checkNow")}
            </Button>
          </>
        )
      }
      banner={data?.asOf && <StaleBanner asOf={data.asOf} onTry={checkAll} />}
    >
      <Answered
        answer={answer}
        loading={t("loading")}
        failed={t("failed")}
        rows={14}
        empty={(images) => images.rows.length === 0 && <NoImages images={images} />}
      >
        {() => (
          <DataTable
            label={t("title")}
            rows={shown}
            rowId={rowId}
            columns={columns}
            sort={sort}
            onSortChange={(next) => next && setSort(next)}
            onOpen={open}
            empty={
              <Empty
                title={t("noneMatch")}
                action={<Button onClick={() => change(emptyFilter)}>{t("clearFilter")}</Button>}
              >
                <span className="mono">{text}</span>
              </Empty>
            }
          />
        )}
      </Answered>
    </Page>
  );
}

/** What was looked through and not found, and the way on. */
function NoImages({ images }: { images: Images }) {
  const { t } = useTranslation("images");
  const [looked] = images.lookedThrough;
  if (!looked) {
    return (
      <Empty
        title={t("empty.noSources")}
        action={
          <Link to="/sources/add" className={buttonClass({ look: "primary" })}>
            {t("empty.addSource")}
          </Link>
        }
      >
        {t("empty.noSourcesBody")}
      </Empty>
    );
  }
  return (
    <Empty
      title={t("empty.noPolicies", { source: looked.source })}
      action={
        <Link to="/sources/add" search={{ source: looked.source }} className={buttonClass({ look: "primary" })}>
          {t("empty.showSource")}
        </Link>
      }
      aside={looked.at && <Age at={ms(looked.at)} />}
    >
      {t("empty.lookedThrough", {
        count: looked.files,
        branch: looked.branch,
        commit: looked.commit?.slice(0, 7) ?? "",
        images: looked.images,
        markers: looked.markers,
      })}
    </Empty>
  );
}
