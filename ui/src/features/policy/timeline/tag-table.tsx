import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { State } from "@/components/state";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { useDates } from "@/lib/dates";
import { listNames } from "@/lib/list";
import { useTagWords } from "./tag-words";
import type { TimelineData, TimelineTag } from "./types";

const tagOf = ({ tag }: TimelineTag) => tag;

/** The same data as rows, for everyone who prefers them. */
export function TagTable({ data, onReview }: { data: TimelineData; onReview: (tag: string) => void }) {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const words = useTagWords();
  const flags = useMemo(() => {
    const at = new Map<string, string[]>();
    for (const flag of data.flags) at.set(flag.tag, [...(at.get(flag.tag) ?? []), flag.label]);
    return at;
  }, [data.flags]);
  const columns: Column<TimelineTag>[] = [
    {
      id: "tag",
      header: t("column.tag"),
      width: 150,
      grow: 1,
      sortBy: (tag) => tag.tag,
      cell: (tag) => <span className="mono font-medium">{tag.tag}</span>,
    },
    {
      id: "lane",
      header: t("column.lane"),
      width: 90,
      drop: 1,
      sortBy: (tag) => data.lanes[tag.lane]?.name,
      cell: (tag) => <span className="mono text-fg-muted">{data.lanes[tag.lane]?.name || t("other")}</span>,
    },
    {
      id: "state",
      header: t("column.state"),
      width: 190,
      sortBy: (tag) => words(tag, tag.tag === data.chosen).words,
      cell: (tag) => {
        const { tone, words: said } = words(tag, tag.tag === data.chosen);
        return <State tone={tone}>{said}</State>;
      },
    },
    {
      id: "why",
      header: t("column.why"),
      width: 180,
      grow: 2,
      sortBy: (tag) => words(tag, false).why,
      cell: (tag) => <span className="text-fg-secondary">{words(tag, tag.tag === data.chosen).why}</span>,
    },
    {
      id: "stands",
      header: t("column.stands"),
      width: 110,
      sortBy: (tag) => listNames(flags.get(tag.tag) ?? []),
      cell: (tag) => listNames(flags.get(tag.tag) ?? []),
    },
    {
      id: "at",
      header: t("column.at"),
      width: 130,
      sortBy: (tag) => tag.at,
      cell: (tag) => (
        <time dateTime={new Date(tag.at).toISOString()} title={dates.full(tag.at)} className="text-fg-muted">
          {dates.moment(tag.at)}
        </time>
      ),
    },
  ];
  return (
    <div className="flex h-100 flex-col overflow-hidden rounded-t-panel">
      <DataTable
        label={t("tableLabel", { count: data.tags.length })}
        rows={data.tags}
        rowId={tagOf}
        columns={columns}
        sort={{ id: "at", desc: true }}
        onOpen={(tag) => onReview(tag.tag)}
      />
    </div>
  );
}
