// Releases: queue, history, trail, why one failed, the way back.
import { expect, test } from "../support/test.ts";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("the list is narrowed by outcome and by words", async ({ page, open }) => {
    await open("/releases");
    await expect(page.getByRole("option")).toHaveCount(2);
    await page.getByRole("radio", { name: "Failed" }).click();
    await expect(page.getByRole("option")).toHaveCount(1);
    await page.getByRole("radio", { name: "All" }).click();
    await page.getByRole("searchbox", { name: "App, commit or person" }).fill("pg-exp");
    await expect(page.getByRole("option")).toHaveCount(1);
    await expect(page.getByRole("option", { name: /Pushed pg-exporter/ })).toBeVisible();
    await page.getByRole("searchbox", { name: "App, commit or person" }).fill("nobody");
    await page.getByRole("button", { name: "Show all" }).click();
    await expect(page.getByRole("option")).toHaveCount(2);
  });
});

test.describe("a fleet that changes", () => {
  test.use({ world: "fleet" });

  test("a failed one says why in the remote's words, and trying again opens a sheet", async ({ page, open }) => {
    await open("/releases");
    await page.getByRole("option", { name: /api-gateway/ }).click();
    const main = page.getByRole("main");
    await expect(main.getByRole("alert")).toContainText("Protected branch update failed for refs/heads/main");
    await expect(main.getByRole("list", { name: "Trail" }).getByRole("listitem")).toHaveCount(6);
    await page.getByRole("button", { name: "Try again…" }).click();
    await expect(page.getByRole("dialog", { name: /Review 1 change/ })).toBeVisible();
  });
});

test("nothing was released yet: the page says what a release is", async ({ page, open }) => {
  await open("/releases");
  await expect(page.getByRole("heading", { name: "Nothing was released yet" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the inbox" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inbox" })).toBeVisible();
});
