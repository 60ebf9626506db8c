import type { AppRow } from "@/api/generated";

export type Show = "all" | "behind" | "held" | "unhealthy";

/** The rows that a text and a choice leave. */
export function shown(rows: readonly AppRow[], text: string, show: Show): AppRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (wanted === "" || `${row.policy.namespace}/${row.policy.name}`.toLowerCase().includes(wanted)) && fits(row, show),
  );
}

function fits(row: AppRow, show: Show): boolean {
  switch (show) {
    case "behind":
      return row.cells.some((cell) => cell !== null && cell.behind > 0);
    case "held":
      return row.isHeld;
    case "unhealthy":
      return row.cells.some((cell) => cell !== null && (cell.health === "broken" || cell.health === "attention"));
    default:
      return true;
  }
}
