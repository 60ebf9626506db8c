import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { expectAccessible, openPage } from "./page";

const list = () => screen.findByRole("listbox", { name: "Releases" });

test("what is open stands first, and the chosen release shows its trail, its words and its diff", async () => {
  const { container } = await openPage("/releases");
  await list();
  expect(screen.getAllByRole("group").map((group) => group.textContent?.match(/^\D+/)?.[0])).toEqual(
    expect.arrayContaining(["Under way", "Queued"]),
  );
  expect(await screen.findByRole("heading", { name: /api-gateway/ })).toBeVisible();
  const names = ["Planned", "Pushed", "Fetched", "Applied", "Rolled out", "Healthy"];
  const steps = within(screen.getByRole("list", { name: "Trail" })).getAllByRole("listitem");
  expect(steps.map((step) => names.find((name) => step.textContent?.startsWith(name)))).toEqual(names);
  expect(screen.getByText(/Back-off pulling image/)).toBeVisible();
  await expectAccessible(container);
});

test("arrows choose, the choice is in the address, and undo opens a sheet", async () => {
  const { user, router, asked } = await openPage("/releases?release=r-6");
  (await list()).focus();
  expect(await screen.findByRole("heading", { name: /identity/ })).toBeVisible();
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect(router.state.location.search).toEqual({ release: "r-7" }));
  await screen.findByRole("heading", { name: /orders/ });
  await user.keyboard("b");
  await waitFor(() => expect(asked("openReview")[0]?.request).toEqual({ intent: { intent: "undo", release: "r-7" } }));
});

test("a filter asks for less, and none left says so and can be cleared", async () => {
  const { user, asked } = await openPage("/releases");
  await list();
  await user.click(screen.getByRole("radio", { name: "Failed" }));
  await waitFor(() => expect(asked("releases").at(-1)?.request).toEqual({ show: "failed", limit: 100 }));
  await user.keyboard("/");
  await user.type(screen.getByRole("searchbox"), "nonesuch");
  expect(await screen.findByText("No release matches")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await list();
});

test("a failed release is tried again through the sheet", async () => {
  const { user, router } = await openPage("/releases?release=r-5");
  await user.click(await screen.findByRole("button", { name: /Try again/ }));
  await waitFor(() => expect(router.state.location.search).toEqual({ release: "r-5", review: "s-1" }));
});

test("older ones are asked for from where the list ends", async () => {
  const row = (release: string) => ({
    release,
    state: "pushed",
    changes: [{ policy: null, title: release, version: null }],
    target: { source: "fleet", remote: "", checkout: "main", branch: "main", createsBranch: false, automation: null },
    commit: null,
    started: { by: "agent" },
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
    undoes: null,
    undoneBy: null,
  });
  const { user } = await openPage("/releases", {
    releases: ({ before }: { before?: string }) => ({
      releases: [row(before === undefined ? "newer" : "older")],
      open: 0,
      done: 2,
      hasMore: before === undefined,
    }),
  });
  await list();
  await user.click(screen.getByRole("button", { name: "Show older ones" }));
  expect(await screen.findByRole("option", { name: /older/ })).toBeVisible();
  expect(screen.getByRole("option", { name: /newer/ })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Show older ones" })).toBeNull();
});

test("before the first release it says what one is", async () => {
  await openPage("/releases", { releases: () => ({ releases: [], open: 0, done: 0, hasMore: false }) });
  expect(await screen.findByText("Nothing was released yet")).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to the inbox" })).toBeVisible();
});

test("a release says who signed its commit", async () => {
  const { asked } = await openPage("/releases?release=r-7");
  expect(await screen.findByText("Not signed")).toBeVisible();
  const [{ request } = { request: undefined }] = asked("signatures");
  expect(request).toMatchObject({ commits: [expect.stringMatching(/^8d21f04/)] });
});
