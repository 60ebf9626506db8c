import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { openPage } from "./page";

test("a dialog begins at what it asks for, and gives the focus back", async () => {
  const { user } = await openPage("/clusters?show=lab");
  const [apply] = await screen.findAllByRole("button", { name: "Apply…" });
  if (!apply) throw new Error("there is nothing to apply");
  apply.focus();
  await user.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog", { name: "Apply to lab" });
  await waitFor(() => expect(within(dialog).getByRole("radio", { checked: true })).toHaveFocus());
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(apply).toHaveFocus();
});

test("a question begins at itself and not at a button", async () => {
  const { user } = await openPage("/clusters?show=lab");
  const disconnect = await screen.findByRole("button", { name: "Disconnect…" });
  disconnect.focus();
  await user.keyboard("{Enter}");
  const dialog = await screen.findByRole("dialog");
  await waitFor(() => expect(dialog).toHaveFocus());
  await user.keyboard("{Escape}");
  await waitFor(() => expect(disconnect).toHaveFocus());
});

test("who closes a panel from within is back at what opened it", async () => {
  const { user } = await openPage("/sources");
  const row = await screen.findByRole("button", { name: /^fleet/, expanded: false });
  row.focus();
  await user.keyboard("{Enter}");
  const panel = await screen.findByRole("complementary", { name: "fleet" });
  within(panel).getByRole("button", { name: "Close" }).focus();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("complementary", { name: "fleet" })).toBeNull());
  expect(row).toHaveFocus();
});

test("above the first row are the heads: sideways to another, Enter sorts, down goes back", async () => {
  const { user } = await openPage("/images");
  const grid = await screen.findByRole("grid");
  grid.focus();
  await user.keyboard("{ArrowUp}");
  expect(screen.getByRole("button", { name: "Next" })).toHaveFocus();
  await user.keyboard("{Home}{Enter}");
  expect(screen.getByRole("columnheader", { name: "Policy" })).toHaveAttribute("aria-sort", "ascending");
  await user.keyboard("{ArrowDown}");
  expect(grid).toHaveFocus();
});

test("the tags as a table say what their keys do, and who switches goes on in them", async () => {
  const { user } = await openPage("/images/fleet/flux-system/flask-app");
  (await screen.findByRole("listbox", { name: /Tag timeline/ })).focus();
  await user.keyboard("t");
  const grid = await screen.findByRole("grid", { name: /^Tags as a table, 177 tags.*T shows the timeline/ });
  await waitFor(() => expect(grid).toHaveFocus());
  const row = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
  expect(row).toHaveAccessibleName(/Passed over/);
  await user.keyboard("t");
  await waitFor(() => expect(screen.getByRole("listbox", { name: /Tag timeline/ })).toHaveFocus());
});

test("how many apps a word leaves is said", async () => {
  const { user } = await openPage("/apps");
  await user.type(await screen.findByRole("searchbox", { name: "Filter apps" }), "flask");
  await waitFor(() => expect(screen.getByText("1 shown")).toHaveAttribute("role", "status"));
});
