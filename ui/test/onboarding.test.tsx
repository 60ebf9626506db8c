import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { drawSources } from "../dev/sources";
import { expectAccessible, openPage } from "./page";

const found = () => drawSources({ tags: 0, rows: 0, now: Date.now() }).found({ source: "fleet" });

test("an address is added and leads to what is found", async () => {
  const { user, asked, router, container } = await openPage("/sources/add");
  const field = await screen.findByRole("textbox", { name: "Git address or folder" });
  await expectAccessible(container);
  await user.type(field, " https://github.com/acme/fleet {Enter}");
  await waitFor(() => expect(asked("addSource")[0]?.request).toEqual({ address: "https://github.com/acme/fleet" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ source: "fleet" }));
});

test("an address that is refused says why beside the field", async () => {
  const { user } = await openPage("/sources/add", {
    addSource: () => {
      throw { code: "alreadyExists", message: "fleet is here already.", hint: "Open it under Sources." };
    },
  });
  await user.type(await screen.findByRole("textbox", { name: "Git address or folder" }), "x{Enter}");
  expect(await screen.findByText("fleet is here already.")).toBeVisible();
});

test("a folder and the demo are one click each; a person who changed their mind stays", async () => {
  const { user, asked, router } = await openPage("/sources/add", { pickFolder: () => ({ path: null }) });
  await user.click(await screen.findByRole("button", { name: "Pick a folder…" }));
  await waitFor(() => expect(asked("pickFolder").length).toBe(1));
  expect(asked("addSource").length).toBe(0);
  await user.click(screen.getByRole("button", { name: "Try the demo" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ source: "demo" }));
});

test("what was found fills while it is read, and events move the line", async () => {
  const { tell, container } = await openPage("/sources/add?source=fleet");
  expect(await screen.findByText("Listing tags, 4 of 6 images")).toBeVisible();
  tell({ event: "reading", source: "fleet", stage: { stage: "scanning", done: 5, total: 6 } });
  expect(await screen.findByText("Listing tags, 5 of 6 images")).toBeVisible();
  tell({ event: "reading", source: "other", stage: { stage: "failed" } });
  expect(screen.getByText("Listing tags, 5 of 6 images")).toBeVisible();
  expect(screen.getAllByRole("heading", { name: "Marker names an unknown policy" })[0]).toBeVisible();
  expect(within(screen.getByRole("table")).getByTitle("401 Unauthorized")).toBeVisible();
  await expectAccessible(container);
});

test("a credential is asked for only where one is missing; writing is one switch", async () => {
  const { user, asked } = await openPage("/sources/add?source=fleet", {
    found: () => ({ ...found(), mayWrite: false }),
  });
  await user.click(await screen.findByRole("button", { name: "Sign in to registry.acme.dev…" }));
  const dialog = await screen.findByRole("dialog", { name: "Sign in to registry.acme.dev" });
  expect(within(dialog).getByRole("combobox")).toHaveValue("registry");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.click(screen.getByRole("switch", { name: "Allow writing to fleet" }));
  await waitFor(() => expect(asked("allowWriting")[0]?.request).toEqual({ source: "fleet", allowed: true }));
});

test("a repository that cannot be read says why and what mends it", async () => {
  await openPage("/sources/add?source=fleet", {
    found: () => ({
      ...found(),
      stage: { stage: "failed" },
      problem: { code: "credentialsRefused", message: "github.com refused the sign-in.", hint: "Sign in again." },
      remedy: { words: "Sign in.", action: { do: "signIn", kind: "gitHttp", target: "github.com" } },
    }),
  });
  expect(await screen.findByText("github.com refused the sign-in.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Sign in…" })).toBeVisible();
});
