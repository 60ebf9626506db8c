import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { drawImages } from "../dev/images";
import { expectAccessible, openPage } from "./page";

const grid = () => screen.findByRole("grid", { name: "Inbox" });
const policy = (source: string, name: string) => ({ source, namespace: "flux-system", name });
const picked = () => screen.getAllByRole("row", { selected: true }).map((row) => row.textContent?.split("1.")[0] ?? "");

test("items are grouped by why they wait, each with its next action", async () => {
  const { container } = await openPage("/inbox");
  await grid();
  expect(screen.getAllByRole("heading", { level: 2 }).map((head) => head.textContent)).toEqual([
    "Stuck in prod-eu",
    "Ready to release",
    "Cooling down",
    "Waiting for a window",
    "Held",
    "Blocked",
    "Failed",
  ]);
  const held = screen.getByText("thumbnailer").closest('[role="row"]') as HTMLElement;
  expect(within(held).getByText(/“waits for libvips 8.16”/)).toBeVisible();
  expect(within(held).getByRole("button", { name: "Lift hold" })).toBeVisible();
  await expectAccessible(container);
});

test("what is stuck in a cluster stands above all else, in the cluster's words, with the way back", async () => {
  const { user, asked, router } = await openPage("/inbox");
  const stuck = await screen.findByRole("region", { name: "Stuck in clusters" });
  expect(within(stuck).getByText(/Back-off pulling image/)).toBeVisible();
  await user.click(within(stuck).getByRole("button", { name: "Roll back and hold…" }));
  await waitFor(() => expect(asked("openReview")[0]?.request).toEqual({ intent: { intent: "undo", release: "r-1" } }));
  await user.click(within(stuck).getByRole("button", { name: "Open the release" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/releases"));
});

test("x picks, Shift with an arrow picks on, and Enter reviews all of it at once", async () => {
  const { user, asked, router } = await openPage("/inbox");
  (await grid()).focus();
  await user.keyboard("x{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  expect(picked().length).toBe(3);
  expect(screen.getByRole("button", { name: /Review and release 3/ })).toBeVisible();
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(asked("openReview")[0]?.request).toEqual({
      intent: {
        intent: "release",
        policies: [policy("fleet", "flask-app"), policy("shop", "checkout"), policy("shop", "storefront")],
      },
    }),
  );
  await waitFor(() => expect(router.state.location.search).toEqual({ review: "s-1" }));
});

test("a picks everything that is ready and gives it back; Escape clears", async () => {
  const { user } = await openPage("/inbox");
  (await grid()).focus();
  await user.keyboard("a");
  expect(picked().length).toBe(5);
  await user.keyboard("{Escape}");
  expect(screen.queryAllByRole("row", { selected: true }).length).toBe(0);
});

test("a hold goes to all that is picked, with a reason; a snooze with its moment", async () => {
  const { user, asked } = await openPage("/inbox");
  (await grid()).focus();
  await user.keyboard("xh");
  const dialog = await screen.findByRole("dialog", { name: "Hold flask-app" });
  await expectAccessible(dialog);
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "freeze");
  await user.click(within(dialog).getByRole("button", { name: "Hold" }));
  await waitFor(() =>
    expect(asked("hold")[0]?.request).toEqual({ policies: [policy("fleet", "flask-app")], hold: { reason: "freeze" } }),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  (await grid()).focus();
  await user.keyboard("z");
  await user.click(await screen.findByRole("menuitem", { name: /For an hour/ }));
  await waitFor(() => expect(asked("snooze").length).toBe(1));
  const { until } = (asked("snooze")[0]?.request ?? { until: "" }) as { until: string };
  expect(Math.abs(Date.parse(until) - Date.now() - 3_600_000)).toBeLessThan(60_000);
});

test("a row opens its detail beside the list, and Escape closes it", async () => {
  const { user, container } = await openPage("/inbox");
  await user.click(await screen.findByText("mailer"));
  const panel = await screen.findByRole("complementary", { name: "mailer" });
  expect(within(panel).getByText(/has been marked as read only/)).toBeVisible();
  await expectAccessible(container);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("complementary", { name: "mailer" })).toBeNull());
});

test("without a source it teaches and leads to adding one; with everything decided it says so", async () => {
  const shell = (total: number) => ({
    counters: { inbox: 0, ready: 0, images: 6, releases: 0, releasesFailed: 0, sourcesAttention: 0 },
    sources: { total, needYou: 0, health: "fine", checkedAt: null },
    agent: { isHere: true, elsewhere: null, paused: null, nextCheckAt: null, working: null },
    network: { state: "online" },
    keychain: { state: "open" },
    tray: { state: "idle", count: 0, lastRelease: null },
    isEmpty: total === 0,
    isDemo: false,
  });
  const nothing = () => ({ groups: [], rollouts: [], total: 0, asOf: null });
  const first = await openPage("/inbox", { inbox: nothing, shell: () => shell(0) });
  expect(await screen.findByText("Nothing is watched yet")).toBeVisible();
  await first.user.click(screen.getByRole("link", { name: "Add a repository…" }));
  await waitFor(() => expect(first.router.state.location.pathname).toBe("/sources/add"));
  first.unmount();
  await openPage("/inbox", { inbox: nothing, shell: () => shell(2) });
  expect(await screen.findByText("Nothing waits for you")).toBeVisible();
  expect(screen.getByText(/6 policies were looked at/)).toBeVisible();
});

test("offline it shows what was last known with its age; a failure shows its words and a way on", async () => {
  const since = new Date(Date.now() - 23 * 60_000).toISOString();
  const shell = drawImages({ tags: 0, rows: 0, now: Date.now() }).shell();
  const first = await openPage("/inbox", {
    shell: () => ({ ...shell, network: { state: "offline", since, nextTryAt: null, queued: 2 } }),
    inbox: () => ({ groups: [], rollouts: [], total: 0, asOf: since }),
  });
  expect(await screen.findByText(/Offline. Last known data from/)).toHaveTextContent("23 m ago");
  expect(screen.getByText(/2 releases wait/)).toBeVisible();
  first.unmount();
  await openPage("/inbox", {
    inbox: () => {
      throw { code: "storage", message: "the database is locked", hint: "Close the other Sluice." };
    },
  });
  expect(await screen.findByText("the database is locked")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});
