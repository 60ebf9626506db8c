import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectAccessible, openPage } from "./page";

const names = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("gridcell")[0]?.textContent);

test("what wants a person stands first, and a head sorts by its column, up and then down", async () => {
  const { user, container } = await openPage("/images");
  await screen.findByRole("grid");
  expect(names()[0]).toBe("api-gateway edge");
  await user.click(screen.getByRole("button", { name: "Policy" }));
  await waitFor(() => expect(names().slice(0, 2)).toEqual(["api-gateway edge", "auth-proxy edge"]));
  await user.click(screen.getByRole("button", { name: "Policy" }));
  await waitFor(() => expect(names()[0]).toBe("thumbnailer shop"));
  expect(screen.getByRole("columnheader", { name: "Policy" })).toHaveAttribute("aria-sort", "descending");
  await expectAccessible(container);
});

test("a token narrows the table, is in the address, and Backspace takes it back", async () => {
  const { user, router } = await openPage("/images");
  await screen.findByRole("grid");
  await user.keyboard("/");
  const filter = screen.getByRole("combobox", { name: "Filter" });
  expect(filter).toHaveFocus();
  await user.type(filter, "state:ready repo:shop ");
  await waitFor(() => expect(names().sort()).toEqual(["checkout shop", "storefront shop"]));
  expect(screen.getByText("2 of 17 match")).toBeVisible();
  expect(router.state.location.search).toEqual({ filter: "state:ready repo:shop" });
  await user.keyboard("{Backspace}");
  await waitFor(() => expect(names().length).toBe(4));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(names().length).toBe(17));
});

test("the box offers keys, then values, by arrows and Enter", async () => {
  const { user, container } = await openPage("/images");
  await screen.findByRole("grid");
  await user.click(screen.getByRole("combobox", { name: "Filter" }));
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual([
    "state:",
    "repo:",
    "policy:",
    "registry:",
    "mode:",
  ]);
  await expectAccessible(container);
  await user.keyboard("{ArrowDown}{Enter}hel{ArrowDown}{Enter}");
  await waitFor(() => expect(names()).toEqual(["thumbnailer shop"]));
  expect(screen.getByRole("button", { name: "Remove state:held" })).toBeVisible();
});

test("a filter that nothing passes says so and can be cleared", async () => {
  const { user } = await openPage("/images?filter=nonesuch");
  expect(await screen.findByText("No policy matches the filter")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear the filter" }));
  await waitFor(() => expect(names().length).toBe(17));
});

test("the table is one stop of the Tab key; arrows move in it and Enter opens", async () => {
  const { user, router } = await openPage("/images");
  const grid = await screen.findByRole("grid");
  grid.focus();
  await user.keyboard("{ArrowDown}{ArrowDown}");
  const row = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
  expect(row).toHaveTextContent("flask-app");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/images/fleet/flux-system/flask-app"));
});

test("what the agent changes appears by itself, and nothing is asked twice without a reason", async () => {
  const { asked, tell } = await openPage("/images");
  await screen.findByRole("grid");
  expect(asked("images").length).toBe(1);
  tell({ event: "stale", tags: ["credentials"], policy: null, source: null });
  tell({ event: "stale", tags: ["images"], policy: null, source: null });
  await waitFor(() => expect(asked("images").length).toBe(2));
});

test("a first answer that fails shows its cause, the engine's words and a way on", async () => {
  let fails = true;
  const { user } = await openPage("/images", {
    images: () => {
      if (fails)
        throw { code: "storage", message: "the database is locked by another Sluice", hint: "Close the other one." };
      return { rows: [], unscanned: 0, asOf: null, lookedThrough: [] };
    },
  });
  expect(await screen.findByText("the database is locked by another Sluice")).toBeVisible();
  expect(screen.getByText("Close the other one.")).toBeVisible();
  fails = false;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("No repositories yet")).toBeVisible();
});

test("a repository without policies says what was looked through", async () => {
  await openPage("/images", {
    images: () => ({
      rows: [],
      unscanned: 0,
      asOf: null,
      lookedThrough: [
        { source: "fleet", branch: "main", commit: "3f1c2a9d0e", files: 41, images: 9, markers: 0, at: null },
      ],
    }),
  });
  expect(await screen.findByText("No image policies in fleet")).toBeVisible();
  expect(screen.getByText(/41 YAML files on main@3f1c2a9/)).toBeVisible();
});
