import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Review } from "@/api/generated";
import { drawReview } from "../dev/review";
import { expectAccessible, openPage } from "./page";

const drawn = () => structuredClone(drawReview({ tags: 0, rows: 0, now: Date.now() }).review());
const path = "/inbox?review=s-1";
const sheet = () => screen.findByRole("dialog", { name: "Review 3 changes" });
const withPlan = (index: number, change: Partial<Review["plans"][number]>) => {
  const review = drawn();
  const plan = review.plans[index];
  if (plan) review.plans[index] = { ...plan, ...change };
  return { review: () => review };
};

test("the sheet shows changes with reasons, the message, author, target and every gate", async () => {
  await openPage(path);
  const dialog = await sheet();
  for (const name of ["flask-app", "checkout", "storefront"]) {
    expect(within(dialog).getByRole("button", { name })).toBeVisible();
  }
  expect(within(dialog).getByText(/Newest in 1.0.x that has cooled/)).toBeVisible();
  expect(within(dialog).getByText("fluxcdbot <bot@acme.dev>")).toBeVisible();
  expect(within(dialog).getByText("tested 14:30")).toBeVisible();
  expect(within(dialog).getByText("1 byte differs")).toBeVisible();
  await expectAccessible(dialog);
});

test("J and K walk the changes, and the commit beside them follows", async () => {
  const { user } = await openPage(path);
  const dialog = await sheet();
  const message = () => within(dialog).getByRole("textbox", { name: "Commit message" }) as HTMLTextAreaElement;
  expect(message().value).toMatch(/^Update flask-app to 1.0.5/);
  await user.keyboard("j");
  await waitFor(() => expect(message().value).toMatch(/^Update checkout to 4.19.0/));
  await user.keyboard("k");
  await waitFor(() => expect(message().value).toMatch(/^Update flask-app/));
});

test("one yes releases all plans with their messages as they were left, and the sheet follows each by events", async () => {
  const { user, asked, tell } = await openPage(path);
  const dialog = await sheet();
  const message = within(dialog).getByRole("textbox", { name: "Commit message" });
  await user.clear(message);
  await user.type(message, "Ship it");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(asked("release").length).toBe(1));
  const request = asked("release")[0]?.request as { approval: string; plans: { plan: string; message: string }[] };
  expect(request.approval).toBe("given");
  expect(request.plans.map(({ plan, message: text }) => [plan, text.split("\n")[0]])).toEqual([
    ["p-fleet", "Ship it"],
    ["p-shop", "Update checkout to 4.19.0, storefront to 2026.11.4"],
  ]);
  const progress = await within(dialog).findByRole("list", { name: "Progress" });
  const at = new Date().toISOString();
  tell({ event: "release", release: "r-2", state: "pushed", step: "pushed", words: "8d21f04", at });
  expect(await within(progress).findByText(/is pushed/)).toBeVisible();
  expect(within(dialog).queryByRole("button", { name: /Release now/ })).toBeNull();
});

test("taking a change out plans again with what is left", async () => {
  const { user, asked } = await openPage(path);
  const dialog = await sheet();
  await user.click(within(dialog).getByRole("checkbox", { name: "Keep checkout in this release" }));
  await waitFor(() =>
    expect(asked("replan")[0]?.request).toEqual({
      review: "s-1",
      keep: [
        { plan: "p-fleet", changes: ["flask-app"] },
        { plan: "p-shop", changes: ["storefront"] },
      ],
    }),
  );
});

test("a branch that moved with the same edits says so; with other edits the button waits until they were looked at", async () => {
  const first = await openPage(path, withPlan(0, { freshness: "sameEdits" }));
  await sheet();
  expect(screen.getByText(/planned again, still the same edits/)).toBeVisible();
  expect(screen.getByRole("button", { name: /Release now/ })).toBeEnabled();
  first.unmount();
  const { user } = await openPage(path, withPlan(0, { freshness: "otherEdits" }));
  await sheet();
  expect(screen.getByRole("button", { name: /Release now/ })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "I have looked at the new ones" }));
  await waitFor(() => expect(screen.getByRole("button", { name: /Release now/ })).toBeEnabled());
});

test("a plan with an obstacle stays behind and says why; a skipped wait is asked for by its name", async () => {
  const review = drawn();
  const [fleet, shop] = review.plans;
  if (fleet)
    fleet.obstacle = { code: "writingNotAllowed", message: "Writing to fleet is off.", hint: "Allow it first." };
  if (shop) shop.skipsWait = true;
  const { user, asked } = await openPage(path, { review: () => review });
  await sheet();
  expect(screen.getByText("Writing to fleet is off.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /Skip the wait and release/ }));
  await waitFor(() => expect(asked("release").length).toBe(1));
  const request = asked("release")[0]?.request as { approval: string; plans: { plan: string }[] };
  expect(request.approval).toBe("urgent");
  expect(request.plans.map(({ plan }) => plan)).toEqual(["p-shop"]);
});

test("discard throws it away and closes; closing alone keeps it", async () => {
  const { user, asked, router } = await openPage(path);
  await sheet();
  await user.click(screen.getByRole("button", { name: "Discard" }));
  await waitFor(() => expect(asked("discardReview")[0]?.request).toEqual({ review: "s-1" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

test("a sheet that is gone says that nothing was written", async () => {
  await openPage(path, {
    review: () => {
      throw { code: "notFound", message: "no sheet s-1", hint: "" };
    },
  });
  expect(await screen.findByText("This sheet is no longer there")).toBeVisible();
  expect(screen.getByText(/Nothing was written/)).toBeVisible();
});
