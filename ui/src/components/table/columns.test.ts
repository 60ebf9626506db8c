import { expect, test } from "vitest";
import { type Column, fittingColumns, gridTemplate } from "./columns";

const column = (id: string, width: number, drop?: number): Column<object> => ({
  id,
  header: id,
  width,
  drop,
  cell: () => null,
});
const columns = [column("name", 200), column("age", 60, 1), column("rule", 130, 2), column("checked", 90, 3)];
const shown = (width: number) => fittingColumns(columns, width).map(({ id }) => id);

test("columns leave in their order when the room is short, and only as many as must", () => {
  expect(shown(480)).toEqual(["name", "age", "rule", "checked"]);
  expect(shown(479)).toEqual(["name", "rule", "checked"]);
  expect(shown(419)).toEqual(["name", "checked"]);
  expect(shown(289)).toEqual(["name"]);
});

test("what has no number never leaves", () => {
  expect(shown(10)).toEqual(["name"]);
});

test("columns that grow share what is left", () => {
  expect(gridTemplate([{ ...column("name", 200), grow: 2 }, column("age", 60)])).toBe("minmax(200px, 2fr) 60px");
});
