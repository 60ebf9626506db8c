// Images: the table of policies.
import { expect, test } from "../support/test.ts";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("every policy has its row, with what stands, what comes and what is next", async ({ page, open }) => {
    await open("/images");
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`^${name}`) });
    await expect(row("flask-app")).toContainText("1.0.3");
    await expect(row("flask-app")).toContainText("1.0.5");
    await expect(row("pg-exporter")).toContainText("Up to date");
    await expect(row("thumbnailer")).toContainText("Held at 0.8.4");
    await expect(row("ledger")).toContainText("Window");
    await expect(row("mailer")).toContainText("never");
    await expect(row("api-gateway")).toContainText("Stuck");
  });

  test("a head sorts, up and then down", async ({ page, open }) => {
    await open("/images");
    const first = page.getByRole("rowgroup").getByRole("row").first();
    await page.getByRole("button", { name: "Policy", exact: true }).click();
    await expect(first).toContainText("api-gateway");
    await page.getByRole("button", { name: "Policy", exact: true }).click();
    await expect(first).toContainText("thumbnailer");
  });

  test("tokens filter, stand in the address, and a view keeps them", async ({ page, open }) => {
    await open("/images");
    await page.keyboard.press("/");
    await page.keyboard.type("state:ready repo:shop ");
    await expect(page.getByRole("row", { name: /^flask-app/ })).toBeHidden();
    await expect(page.getByRole("row", { name: /^checkout/ })).toBeVisible();
    await expect(page).toHaveURL(/filter=state/);
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Keep this view…" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("shop");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await open("/images");
    await expect(page.getByRole("row", { name: /^flask-app/ })).toBeVisible();
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: /^shop/ }).click();
    await expect(page.getByRole("row", { name: /^flask-app/ })).toBeHidden();
  });

  test("Enter and a double click open a policy, and Back comes back", async ({ page, open }) => {
    await open("/images");
    await page.getByRole("row", { name: /^checkout/ }).dblclick();
    await expect(page.getByRole("heading", { level: 1, name: "checkout" })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Images" })).toBeVisible();
  });
});

test("check now finds what was pushed", async ({ page, host, open }) => {
  await open("/images");
  await expect(page.getByRole("row", { name: /^flask-app/ })).toContainText("newest");
  await host.publish("1.0.7");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByRole("row", { name: /^flask-app/ })).toContainText("1.0.7");
});

test.describe("nothing", () => {
  test.use({ world: "empty" });

  test("without a repository the page says what it is for", async ({ page, open }) => {
    await open("/images");
    await expect(page.getByRole("heading", { name: "No repositories yet" })).toBeVisible();
    await page.getByRole("link", { name: "Add a repository…" }).click();
    await expect(page.getByRole("textbox", { name: "Git address or folder" })).toBeVisible();
  });
});
