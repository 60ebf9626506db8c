// Inbox: everything that wants a decision, by why it waits.
import { expect, test } from "../support/test.ts";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("each reason has its group, its next action, and a way to it", async ({ page, open }) => {
    await open("/inbox");
    await expect(page.getByRole("link", { name: "Inbox, 8 wait for you" })).toBeVisible();
    for (const [group, name, act] of [
      ["Ready to release", "flask-app", "Review"],
      ["Cooling down", "payments-api", "Skip the wait…"],
      ["Held", "thumbnailer", "Lift hold"],
      ["Failed", "api-gateway", "Look after it"],
    ] as const) {
      await expect(page.getByRole("heading", { name: group })).toBeVisible();
      await expect(page.getByRole("row", { name: new RegExp(name) }).getByRole("button", { name: act })).toBeVisible();
    }
    await expect(page.getByRole("row", { name: /ledger/ })).toContainText("Releases");
    await page.getByRole("radio", { name: "Repository" }).click();
    await expect(page.getByRole("heading", { name: "shop" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Held" })).toBeHidden();
  });

  test("a filter narrows it by words and tokens", async ({ page, open }) => {
    await open("/inbox");
    await expect(page.getByRole("row", { name: /checkout/ })).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("repo:shop ");
    await expect(page.getByRole("row", { name: /flask-app/ })).toBeHidden();
    await expect(page.getByRole("row", { name: /checkout/ })).toBeVisible();
    await page.keyboard.type("nothing-like-it");
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await expect(page.getByRole("row", { name: /flask-app/ })).toBeVisible();
  });

  test("a row opens its detail beside the list", async ({ page, open }) => {
    await open("/inbox");
    await page.getByRole("row", { name: /thumbnailer/ }).click();
    const panel = page.getByRole("complementary", { name: "thumbnailer" });
    await expect(panel).toContainText("waits for libvips 8.16");
    await expect(panel).toContainText("apps/thumbnailer.yaml");
    await panel.getByRole("link", { name: "Open the policy with its tags" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "thumbnailer" })).toBeVisible();
  });
});

test.describe("a fleet that changes", () => {
  test.use({ world: "fleet" });

  test("what is picked is reviewed together: one sheet, a commit for each repository", async ({ page, open }) => {
    await open("/inbox");
    await page.getByRole("button", { name: "Select all 4" }).click();
    await page.getByRole("button", { name: "Review and release 4" }).click();
    const sheet = page.getByRole("dialog", { name: /Review 4 changes/ });
    await expect(sheet).toContainText("2 commits · 4 files · 4 lines");
    await sheet.getByRole("checkbox", { name: "Keep checkout in this release" }).click();
    await expect(page.getByRole("dialog", { name: /Review 3 changes/ })).toBeVisible();
  });

  test("a hold and a snooze take a version out of the way, and a hold is lifted again", async ({ page, open }) => {
    await open("/inbox");
    await page.getByRole("checkbox", { name: "Select checkout" }).click();
    await page.getByRole("button", { name: "Hold…" }).click();
    const dialog = page.getByRole("dialog", { name: "Hold checkout" });
    await dialog.getByRole("textbox", { name: "Reason" }).fill("until the sale is over");
    await dialog.getByRole("button", { name: "Hold" }).click();
    const held = page.getByRole("row", { name: /checkout/ });
    await expect(held).toContainText("until the sale is over");
    await held.getByRole("button", { name: "Lift hold" }).click();
    await expect(page.getByRole("row", { name: /checkout/ }).getByRole("button", { name: "Review" })).toBeVisible();

    await page.getByRole("checkbox", { name: "Select storefront" }).click();
    await page.getByRole("button", { name: "Snooze…" }).first().click();
    await page.getByRole("menuitem", { name: "Until tomorrow" }).click();
    await expect(page.getByRole("row", { name: /storefront/ })).toBeHidden();
    await expect(page.getByRole("link", { name: "Inbox, 7 wait for you" })).toBeVisible();
  });
});

test("a version that comes in the background appears by itself", async ({ page, host, open }) => {
  await host.agent(true);
  await open("/inbox");
  await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
  await host.publish("1.0.1");
  await expect(page.getByRole("row", { name: /flask-app/ })).toContainText("1.0.1", { timeout: 30_000 });
  await expect(page.getByText("1 new version is ready")).toBeVisible();
});

test("offline it shows what was last known with its age, and recovers by itself", async ({ page, host, open }) => {
  test.slow();
  await host.publish("1.0.1");
  await host.call("checkNow", { scope: { what: "all" } });
  await open("/inbox");
  await expect(page.getByRole("row", { name: /flask-app/ })).toBeVisible();
  await expect(page.getByText("Offline. Last known data")).toBeHidden();
  await host.registry(false);
  await host.git(false);
  await host.agent(true);
  await host.call("checkNow", { scope: { what: "all" } });
  await expect(page.getByText("Offline. Last known data")).toBeVisible();
  await expect(page.getByRole("row", { name: /flask-app/ })).toContainText("1.0.1");
  await expect(page.getByRole("link", { name: /^Offline/ })).toBeVisible();
  await host.registry(true);
  await host.git(true);
  // Nobody presses anything: the agent tries again and the banner goes.
  await expect(page.getByText("Offline. Last known data")).toBeHidden({ timeout: 60_000 });
});
