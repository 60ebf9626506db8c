import type { ReactNode } from "react";

/** A column of a data table. */
export interface Column<Row> {
  id: string;
  header: string;
  /** What the column is sorted by; without it the column has no order. Missing values come last. */
  sortBy?: (row: Row) => string | number | undefined;
  cell: (row: Row) => ReactNode;
  /** The least width in pixels. */
  width: number;
  /** Its share of the room that is left. */
  grow?: number;
  /** When the room is short, columns with a number leave, the lowest first. */
  drop?: number;
  align?: "end";
}

/** The columns that fit into the width: those with a `drop` leave in its order until the rest has its least width. */
export function fittingColumns<Row>(columns: readonly Column<Row>[], width: number): Column<Row>[] {
  let shown = [...columns];
  const least = () => shown.reduce((sum, column) => sum + column.width, 0);
  const leaving = columns.filter((column) => column.drop !== undefined).sort((a, b) => (a.drop ?? 0) - (b.drop ?? 0));
  while (least() > width) {
    const next = leaving.shift();
    if (!next) break;
    shown = shown.filter((column) => column !== next);
  }
  return shown;
}

/** The columns as a CSS grid. */
export function gridTemplate<Row>(columns: readonly Column<Row>[]): string {
  return columns
    .map((column) => (column.grow ? `minmax(${column.width}px, ${column.grow}fr)` : `${column.width}px`))
    .join(" ");
}
