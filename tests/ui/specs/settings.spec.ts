// Settings, and the log of what was done.
import { expect, test } from "../support/test.ts";

test("theme and language change at once and are kept", async ({ page, host, open }) => {
  await open("/settings");
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("radio", { name: "简体中文" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "设置" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "设置" })).toBeVisible();
  const { values } = await host.call<{ values: { theme: string; language: string } }>("settings");
  expect(values).toMatchObject({ theme: "dark", language: "zh-CN" });
});

test("spans are written as Flux writes them, and what is not understood is not kept", async ({ page, host, open }) => {
  await open("/settings");
  const values = async () =>
    (await host.call<{ values: { gitInterval: number; coolDown: number; window: string | null } }>("settings")).values;
  const interval = page.getByRole("textbox", { name: "Fetch Git remotes every" });
  await interval.fill("soon");
  await expect(interval).toHaveAttribute("aria-invalid", "true");
  await interval.press("Enter");
  expect((await values()).gitInterval).toBe(60);
  await interval.fill("1m40s");
  await interval.press("Enter");
  await expect.poll(async () => (await values()).gitInterval).toBe(100);
  const shortest = page.getByRole("textbox", { name: "List an image at most every" });
  await expect(shortest).not.toHaveAttribute("aria-invalid", "true");
  const coolDown = page.getByRole("textbox", { name: "Cool-down" });
  await coolDown.fill("2h");
  await coolDown.press("Enter");
  await expect.poll(async () => (await values()).coolDown).toBe(7200);
  const window = page.getByRole("textbox", { name: "Release window" });
  await window.fill("someday");
  await window.press("Enter");
  await expect(page.getByText(/someday/).first()).toBeVisible();
  expect((await values()).window).toBeNull();
});

test("the desktop is asked for what is its own", async ({ page, host, open }) => {
  await open("/settings");
  await page.getByRole("switch", { name: "Start with the session" }).click();
  await expect.poll(async () => (await host.desk()).autostart).toBe(true);
  await page.getByRole("switch", { name: "A release failed" }).click();
  await expect(page.getByRole("switch", { name: "A release failed" })).not.toBeChecked();
});

test("everything is paused and resumed", async ({ page, open }) => {
  await open("/settings");
  await page.getByRole("button", { name: "Pause…" }).click();
  await page.getByRole("menuitem", { name: "For 1 h" }).click();
  await expect(page.getByRole("link", { name: /^Paused/ })).toBeVisible();
  await page.getByRole("button", { name: "Resume all" }).click();
  await expect(page.getByRole("link", { name: /^Paused/ })).toBeHidden();
});

test.describe("the log", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("says who did what, leads there, and is searched", async ({ page, open }) => {
    await open("/activity");
    const log = page.getByRole("region", { name: "Activity" });
    await expect(log.getByRole("listitem")).toHaveCount(12);
    await expect(log).toContainText("held");
    await page.getByRole("searchbox", { name: "Thing, action or person" }).fill("thumb");
    await expect(log.getByRole("listitem")).toHaveCount(1);
    await log.getByRole("button", { name: /thumbnailer/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "thumbnailer" })).toBeVisible();
  });
});
