import { screen, waitFor, within } from "@testing-library/react";
import i18next from "i18next";
import { expect, test } from "vitest";
import { setPreferences } from "@/lib/preferences";
import { drawImages } from "../dev/images";
import { expectAccessible, openPage } from "./page";

test("the rail shows where things wait, and its figures are in its names", async () => {
  const { container } = await openPage("/images");
  expect(await screen.findByRole("link", { name: "Inbox, 13 wait for you" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Releases, 1 failed" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Sources, 2 need attention" })).toBeVisible();
  expect(screen.getByRole("link", { name: /^Images/ })).toHaveAttribute("aria-current", "page");
  await expectAccessible(container);
});

test("g and a letter goes to a screen; not while something is written", async () => {
  const { user, router } = await openPage("/images");
  await screen.findByRole("grid");
  await user.keyboard("gs");
  await waitFor(() => expect(router.state.location.pathname).toBe("/sources"));
  await user.keyboard("gm");
  const filter = await screen.findByRole("combobox", { name: "Filter" });
  await user.type(filter, "gs");
  expect(router.state.location.pathname).toBe("/images");
});

test("the palette finds an action by a few letters and runs it", async () => {
  const { user } = await openPage("/images");
  await screen.findByRole("grid");
  await user.keyboard("{Control>}k{/Control}");
  const input = await screen.findByRole("combobox", { name: "Search or run" });
  await user.type(input, "dark th");
  await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent("Use the dark theme"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(JSON.parse(localStorage.getItem("sluice.preferences") ?? "{}")).toMatchObject({ theme: "dark" });
  setPreferences({ theme: "system" });
});

test("? lists the keys of the page and of the window", async () => {
  const { user } = await openPage("/images");
  await screen.findByRole("grid");
  await user.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keys" });
  expect(within(dialog).getByText("Open the policy")).toBeVisible();
  expect(within(dialog).getByText("Fold the rail")).toBeVisible();
  await expectAccessible(dialog);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("the language changes everything at once and back", async () => {
  await openPage("/images");
  await screen.findByRole("grid");
  setPreferences({ language: "zh-CN" });
  expect(await screen.findByRole("link", { name: /收件箱.*13 项待处理/ })).toBeVisible();
  expect(screen.getByRole("columnheader", { name: /闸门/ })).toBeVisible();
  expect(document.documentElement.lang).toBe("zh-CN");
  setPreferences({ language: "en" });
  await waitFor(() => expect(i18next.language).toBe("en"));
  setPreferences({ language: "system" });
});

test("an address that leads nowhere says so and leads on", async () => {
  await openPage("/nowhere");
  expect(await screen.findByText(/The address \/nowhere leads nowhere/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to the inbox" })).toBeVisible();
});

test("the palette opens an image", async () => {
  const { user, router } = await openPage("/sources");
  await screen.findByRole("navigation");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox", { name: "Search or run" }), "flask");
  await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent("flask-app"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/images/fleet/flux-system/flask-app"));
});

test("the engine can show a page and notify, and a click on the toast leads there", async () => {
  const { user, router, tell } = await openPage("/images");
  await screen.findByRole("grid");
  tell({ event: "show", page: { page: "activity" } });
  await waitFor(() => expect(router.state.location.pathname).toBe("/activity"));
  const policy = { source: "fleet", namespace: "flux-system", name: "flask-app" };
  tell({
    event: "notification",
    notification: {
      id: "n1",
      kind: "failed",
      subjects: ["flask-app"],
      count: 1,
      title: "",
      body: "",
      page: { page: "policy", policy, tag: null },
      policies: [],
      at: new Date().toISOString(),
    },
  });
  expect((await screen.findAllByText("1 release failed")).length).toBeGreaterThan(0);
  // An urgent toast is read out by itself; its buttons join the page's order when the toasts are entered (F6).
  await user.click(screen.getByRole("button", { name: "Show", hidden: true }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/images/fleet/flux-system/flask-app"));
});

test("the agent's next check is told and counted down, and nobody asks for it", async () => {
  const { asked, tell } = await openPage("/images");
  await screen.findByRole("grid");
  const at = (seconds: number) => ({
    isHere: true,
    elsewhere: null,
    paused: null,
    nextCheckAt: new Date(Date.now() + seconds * 1000).toISOString(),
    working: null,
  });
  const before = asked("shell").length;
  tell({ event: "agent", agent: at(95) });
  expect(await screen.findByText("in 1 m")).toBeVisible();
  tell({ event: "agent", agent: at(2) });
  expect(await screen.findByText("in 1 s")).toBeVisible();
  // What is due is due now, and not "1 s ago" for as long as it takes.
  expect(await screen.findByText("now", {}, { timeout: 5000 })).toBeVisible();
  expect(asked("shell").length).toBe(before);
});

test("lists say how old they are while nothing answers, and only then", async () => {
  const images = drawImages({ tags: 0, rows: 0, now: Date.now() }).images({});
  let asOf: string | null = null;
  const { tell } = await openPage("/images", { images: () => ({ ...images, asOf }) });
  await screen.findByRole("grid");
  expect(screen.queryByText(/checked since|Last known/)).toBeNull();
  asOf = new Date(Date.now() - 345_000).toISOString();
  tell({ event: "stale", tags: ["images"], policy: null, source: null });
  expect(await screen.findByText(/Nothing was checked since/)).toHaveTextContent("5 m ago");
  expect(screen.getByRole("button", { name: "Try now" })).toBeVisible();
});

test("nothing is asked for while nobody can see the page, and once when it is shown again", async () => {
  const page = await openPage("/images");
  await screen.findByRole("grid");
  const before = page.asked("images").length;
  const show = (state: DocumentVisibilityState) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  try {
    show("hidden");
    for (let told = 0; told < 3; told += 1) {
      page.tell({ event: "stale", tags: ["images"], policy: null, source: null });
    }
    await new Promise((done) => setTimeout(done, 50));
    expect(page.asked("images").length).toBe(before);
    show("visible");
    await waitFor(() => expect(page.asked("images").length).toBe(before + 1));
    page.tell({ event: "stale", tags: ["images"], policy: null, source: null });
    await waitFor(() => expect(page.asked("images").length).toBe(before + 2));
  } finally {
    Reflect.deleteProperty(document, "visibilityState");
  }
});
