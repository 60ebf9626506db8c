import {
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortFn,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import {
  type KeyboardEvent,
  memo,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Column, fittingColumns, gridTemplate } from "./columns";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});
const collator = new Intl.Collator(undefined, { numeric: true });
const rowHeight = 36;

interface DataTableProps<Row extends RowData> {
  label: string;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  columns: readonly Column<Row>[];
  /** The order at the start; with `onSortChange`, the order. */
  sort?: { id: string; desc: boolean };
  onSortChange?: (sort: { id: string; desc: boolean } | undefined) => void;
  /** Enter or a double click. */
  onOpen?: (row: Row) => void;
  /** The row under the keyboard, when it changes. */
  onCurrent?: (row: Row | undefined) => void;
  /** Rows to tint, such as those that a filter found. */
  isMarked?: (row: Row) => boolean;
  /** Shown in the place of rows. */
  empty?: React.ReactNode;
}

/**
 * Rows of one height, as many as there are: only those in view are in the document. The grid holds the focus and points
 * at its current row, so that ten thousand rows are one stop of the Tab key.
 */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, rows, rowId, columns, onOpen, onCurrent, isMarked, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const width = useWidth(scroller);
  const [own, setOwn] = useState<SortingState>(props.sort ? [props.sort] : []);
  const { sort: given, onSortChange } = props;
  const sorting = useMemo(() => (onSortChange && given ? [given] : own), [onSortChange, given, own]);
  const [current, setCurrent] = useState<string>();

  const shown = useMemo(() => fittingColumns(columns, width - 32), [columns, width]);
  const template = useMemo(() => gridTemplate(shown), [shown]);
  const table = useTable({
    features,
    data: rows,
    columns: useMemo(() => columns.map((column) => tableColumn(column)), [columns]),
    getRowId: rowId,
    state: { sorting },
    onSortingChange: (change) => {
      const next = typeof change === "function" ? change(sorting) : change;
      setOwn(next);
      onSortChange?.(next[0]);
    },
    enableSortingRemoval: false,
  });
  const sorted = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => sorted[index]?.id ?? index,
    scrollMargin: 32,
    scrollPaddingStart: 32,
    overscan: 12,
  });

  const latest = useRef({ onOpen, onCurrent });
  latest.current = { onOpen, onCurrent };
  const pick = useCallback(
    (row: Row) => {
      setCurrent(rowId(row));
      latest.current.onCurrent?.(row);
    },
    [rowId],
  );
  const open = useCallback((row: Row) => latest.current.onOpen?.(row), []);

  const at = sorted.findIndex((row) => row.id === current);
  const go = (index: number) => {
    const row = sorted[Math.max(0, Math.min(sorted.length - 1, index))];
    if (!row) return;
    setCurrent(row.id);
    onCurrent?.(row.original);
    virtual.scrollToIndex(sorted.indexOf(row), { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      k: at < 0 ? 0 : at - 1,
      Home: 0,
      End: sorted.length - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    const to = steps[event.key];
    // Above the first row are the heads, the one that sorts first.
    const head = (which: string) => scroller.current?.querySelector<HTMLElement>(`${which} button`);
    const above = at <= 0 ? (head("[aria-sort]") ?? head("[role=columnheader]")) : undefined;
    if (event.key === "ArrowUp" && above) {
      event.preventDefault();
      above.focus();
    } else if (to !== undefined) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Enter") {
      const row = sorted[at];
      if (row && onOpen) {
        event.preventDefault();
        onOpen(row.original);
      }
    }
  };

  // Among the heads: sideways to the next, down to the rows; Enter and the space bar sort, as they press any button.
  const onHeadKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const heads = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
    const here = heads.indexOf(event.target as HTMLElement);
    const steps: Record<string, number> = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: heads.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) heads[Math.max(0, Math.min(heads.length - 1, to))]?.focus();
    else if (event.key === "ArrowDown" || event.key === "Escape") scroller.current?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={sorted.length + 1}
      aria-colcount={shown.length}
      aria-activedescendant={at >= 0 ? `${id}-${current}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget && at < 0 && sorted.length > 0) go(0);
      }}
      className={clsx(
        "group/grid focus-inset relative min-h-0 flex-1 overflow-auto",
        // The row under the keyboard shows where one is; a ring around both is torn by the rows.
        at >= 0 && "focus-visible:outline-none",
      )}
    >
      <div
        role="row"
        aria-rowindex={1}
        tabIndex={-1}
        onKeyDown={onHeadKeyDown}
        style={{ gridTemplateColumns: template }}
        className="sticky top-0 z-10 grid h-8 min-w-full border-b border-line bg-sunken px-4 text-caption font-medium text-fg-muted max-wide:px-2"
      >
        {shown.map((column) => (
          <Head
            key={column.id}
            column={column}
            sort={sorting[0]}
            onSort={() => table.getColumn(column.id)?.toggleSorting()}
          />
        ))}
      </div>
      {sorted.length === 0 ? (
        empty
      ) : (
        <div role="rowgroup" className="relative min-w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = sorted[item.index];
            return row ? (
              <BodyRow
                key={row.id}
                domId={`${id}-${row.id}`}
                row={row.original}
                rowIndex={item.index + 2}
                top={item.start - 32}
                columns={shown}
                template={template}
                isCurrent={row.id === current}
                isMarked={isMarked?.(row.original) ?? false}
                onPick={pick}
                onOpen={open}
              />
            ) : null;
          })}
        </div>
      )}
    </div>
  );
}

interface BodyRowProps<Row> {
  domId: string;
  row: Row;
  rowIndex: number;
  top: number;
  columns: readonly Column<Row>[];
  template: string;
  isCurrent: boolean;
  isMarked: boolean;
  onPick: (row: Row) => void;
  onOpen: (row: Row) => void;
}

/** One row. Kept as it is while others come and go beside it. */
const BodyRow = memo(function BodyRow<Row>(props: BodyRowProps<Row>) {
  const { row, columns, isCurrent, isMarked, onPick, onOpen } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for all of its rows
    <div
      id={props.domId}
      role="row"
      tabIndex={-1}
      aria-rowindex={props.rowIndex}
      aria-selected={isCurrent}
      onClick={() => onPick(row)}
      onDoubleClick={() => onOpen(row)}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}
      className={clsx(
        "absolute inset-x-0 top-0 grid h-row border-b border-line-faint px-4 text-small outline-none max-wide:px-2",
        isMarked ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-hover",
        isCurrent &&
          "group-focus-visible/grid:shadow-[inset_2px_0_var(--focus),inset_-2px_0_var(--focus),inset_0_2px_var(--focus),inset_0_-2px_var(--focus)]",
      )}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={clsx("flex min-w-0 items-center px-2", column.align === "end" && "justify-end")}
        >
          <div className="clip [&>*]:align-middle">{column.cell(row)}</div>
        </div>
      ))}
    </div>
  );
}) as <Row>(props: BodyRowProps<Row>) => React.ReactNode;

function Head<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: { id: string; desc: boolean } | undefined;
  onSort: () => void;
}) {
  const sorted = sort?.id === column.id;
  const Arrow = sort?.desc ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={sorted ? (sort.desc ? "descending" : "ascending") : undefined}
      className={clsx("flex min-w-0 items-center px-2", column.align === "end" && "justify-end")}
    >
      {column.sortBy ? (
        <button
          type="button"
          tabIndex={-1}
          onClick={onSort}
          className={clsx("clip flex items-center gap-1 rounded-chip hover:text-fg", sorted && "text-fg")}
        >
          <span className="clip">{column.header}</span>
          {sorted && <Arrow size={12} aria-hidden="true" />}
        </button>
      ) : (
        <span className="clip">{column.header}</span>
      )}
    </div>
  );
}

function tableColumn<Row extends RowData>(column: Column<Row>) {
  const { sortBy } = column;
  const compare: SortFn<typeof features, Row> = (a, b) => {
    const left = sortBy?.(a.original);
    const right = sortBy?.(b.original);
    if (typeof left === "number" && typeof right === "number") return left - right;
    return collator.compare(String(left ?? ""), String(right ?? ""));
  };
  return {
    id: column.id,
    header: column.header,
    accessorFn: (row: Row) => sortBy?.(row),
    sortFn: compare,
    sortUndefined: "last" as const,
    enableSorting: sortBy !== undefined,
  };
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1200);
  useLayoutEffect(() => {
    if (element.current?.clientWidth) setWidth(element.current.clientWidth);
  }, [element]);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
