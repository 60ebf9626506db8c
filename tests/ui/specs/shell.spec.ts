// What stands around every page: rail, palette, keys, chords, addresses, the link to the engine.
import { expect, test } from "../support/test.ts";

test("the palette finds actions, images and screens", async ({ page, open }) => {
  await open("/inbox");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("dark th");
  await expect(page.getByRole("option").first()).toContainText("Use the dark theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("flask");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "flask-app" })).toBeVisible();
});

test("chords lead to every screen, and ? lists the keys of each", async ({ page, open }) => {
  await open("/inbox");
  for (const [chord, name] of [
    ["m", "Images"],
    ["r", "Releases"],
    ["s", "Sources"],
    ["i", "Inbox"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(chord);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("This page");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
});

test("the agent's next check is counted down without asking for it", async ({ page, host, open }) => {
  await host.agent(true);
  await open("/settings");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const foot = page.getByRole("link", { name: /sources are fine/ });
  await expect(foot).toContainText(/Next check (in \d+ s|now)/);
  // One whole round of the demo's ten seconds: down to nothing, and up again.
  await expect(foot).toContainText(/in [12] s|now/, { timeout: 20_000 });
  await expect(foot).toContainText(/in ([5-9]|1\d) s/, { timeout: 20_000 });
  expect(asked.filter((url) => url.endsWith("/shell"))).toEqual([]);
});

test("an address that leads nowhere says so and leads on", async ({ page, open }) => {
  await open("/nowhere");
  await expect(page.getByText("The address /nowhere leads nowhere.")).toBeVisible();
  await page.getByRole("link", { name: "Go to the inbox" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inbox" })).toBeVisible();
});

test("text from outside is never markup", async ({ page, host, open }) => {
  await host.colleaguePushes(
    "test/deployment.yml",
    (text) => text.replace("# Sluice changes", "# <img src=x onerror=alert(1)> Sluice changes"),
    "<b>bold</b>",
  );
  await host.publish("1.0.1");
  await host.call("checkNow", { scope: { what: "all" } });
  await open("/images/fleet/flux-system/flask-app");
  await page.getByRole("button", { name: "Review 1.0.1" }).click();
  await expect(page.getByText("<img src=x onerror=alert(1)>").first()).toBeVisible();
  expect(await page.locator("img").count()).toBe(0);
});
