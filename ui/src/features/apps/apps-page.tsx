import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AppRow, Apps } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { SearchBox } from "@/components/search-box";
import { Segmented } from "@/components/segmented";
import { Empty } from "@/components/states";
import { DataTable } from "@/components/table/data-table";
import { Answered } from "@/domain/answered";
import { policyParams } from "@/domain/pages";
import { useActions } from "@/lib/actions";
import { useAppColumns } from "./columns";
import { type Show, shown } from "./showing";

const rowId = ({ policy }: AppRow) => `${policy.source}/${policy.namespace}/${policy.name}`;
const none: Apps = { environments: [], rows: [] };

/** What of each app runs where: one row a policy, one column a cluster. */
export function AppsPage() {
  const { t } = useTranslation("apps");
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  const answer = useAsk("apps", {});
  const [text, setText] = useState("");
  const [show, setShow] = useState<Show>("all");
  const { environments, rows } = answer.data ?? none;
  const columns = useAppColumns(environments);
  const list = useMemo(() => shown(rows, text, show), [rows, text, show]);
  const counts = useMemo(
    () =>
      Object.fromEntries(
        (["all", "behind", "held", "unhealthy"] as const).map((one) => [one, shown(rows, "", one).length]),
      ) as Record<Show, number>,
    [rows],
  );
  const open = (row: AppRow) =>
    void navigate({ to: "/images/$source/$namespace/$name", params: policyParams(row.policy) });
  useActions([{ id: "filter", label: t("filter"), keys: "/", scope: "page", run: () => box.current?.focus() }]);

  return (
    <Page
      title={t("title")}
      aside={answer.data && t("count", { count: rows.length, environments: environments.length })}
      actions={
        rows.length > 0 && (
          <>
            <SearchBox
              inputRef={box}
              label={t("filter")}
              value={text}
              onChange={setText}
              shown={list.length}
              className="w-48"
            />
            <Segmented<Show>
              label={t("show")}
              value={show}
              onChange={setShow}
              segments={(["all", "behind", "held", "unhealthy"] as const).map((value) => ({
                value,
                label: t(`shows.${value}`, { count: counts[value] }),
              }))}
            />
          </>
        )
      }
    >
      <Answered
        answer={answer}
        loading={t("loading")}
        failed={t("failed")}
        empty={() =>
          rows.length === 0 && (
            <Empty
              title={t("empty.title")}
              action={
                <Link to="/sources/add" className={buttonClass({ look: "primary" })}>
                  {t("empty.add")}
                </Link>
              }
            >
              {t("empty.body")}
            </Empty>
          )
        }
      >
        {() => (
          <>
            {environments.length === 0 && (
              <p className="border-b border-line bg-sunken px-6 py-2 text-small text-fg-secondary max-wide:px-4">
                {t("noClusters")}{" "}
                <Link to="/clusters" className="link font-medium">
                  {t("connect")}
                </Link>
              </p>
            )}
            <DataTable
              label={t("title")}
              rows={list}
              rowId={rowId}
              columns={columns}
              sort={{ id: "app", desc: false }}
              onOpen={open}
              empty={<Empty title={t("noneMatch")} />}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}
