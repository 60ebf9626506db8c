// Apps: what of each runs where.
import { expect, test } from "../support/test.ts";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("every app has its row, and every cluster its column", async ({ page, open }) => {
    await open("/apps");
    for (const cluster of ["dev", "staging", "prod", "dr-site"]) {
      await expect(page.getByRole("columnheader", { name: new RegExp(`^${cluster}`) })).toBeVisible();
    }
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`^${name}`) });
    await expect(row("flask-app")).toContainText("1.0.3");
    await expect(row("search-indexer")).toContainText("2 behind");
    await expect(row("payments-api")).toContainText("2 of 3 ready");
    await expect(row("ledger")).toContainText("not deployed here");
    await expect(row("thumbnailer")).toContainText("cannot be read");
    // The old pods serve on while the new one does not come up.
    await expect(row("identity")).toContainText("5.0.3");
  });

  test("what is behind, held or unhealthy is one click away", async ({ page, open }) => {
    await open("/apps");
    await page.getByRole("radio", { name: /^Unhealthy/ }).click();
    await expect(page.getByRole("row", { name: /^identity/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /^flask-app/ })).toBeHidden();
    await page.getByRole("radio", { name: /^Held/ }).click();
    await expect(page.getByRole("row", { name: /^thumbnailer/ })).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("nothing like it");
    await expect(page.getByRole("heading", { name: "No app matches" })).toBeVisible();
  });

  test("a row opens the policy, whose timeline has a flag of each cluster", async ({ page, open }) => {
    await open("/apps");
    await page.getByRole("row", { name: /^pg-exporter/ }).dblclick();
    await expect(page.getByRole("heading", { level: 1, name: "pg-exporter" })).toBeVisible();
    await expect(page.getByText("staging", { exact: true }).first()).toBeVisible();
  });
});

test("without a cluster Git alone is shown, and the way to connect one", async ({ page, open }) => {
  await open("/apps");
  await expect(page.getByRole("row", { name: /^flask-app/ })).toContainText("1.0.0");
  await page.getByRole("link", { name: "Connect one" }).click();
  await expect(page.getByRole("heading", { name: "No cluster yet" })).toBeVisible();
});
