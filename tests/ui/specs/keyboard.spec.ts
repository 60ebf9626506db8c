// Once through by keyboard alone: no pointer, no focus that was not reached by keys.
import { expect, test } from "../support/test.ts";

test.use({ world: "empty" });

test("everything that a release takes is done by keyboard", async ({ page, host, open }) => {
  test.slow();
  const { gitUrl, image } = await host.places();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Walks by Tab until something of that name has the focus. */
  const tabTo = async (role: "button" | "grid" | "listbox" | "textbox" | "switch", name: string | RegExp) => {
    const wanted = page.getByRole(role, { name });
    await expect(wanted).toBeVisible();
    for (let step = 0; step < 40; step++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    await expect(wanted).toBeFocused();
  };
  await host.publish("1.0.1", "1.1.0");

  await open("/");
  await press("g", "s");
  await expect(page.getByRole("heading", { level: 1, name: "Sources" })).toBeVisible();
  await press("n");
  await tabTo("textbox", "Git address or folder");
  await page.keyboard.type(gitUrl);
  await press("Enter");
  await tabTo("switch", "Allow writing to fleet");
  await press("Space");
  await expect(page.getByRole("switch", { name: "Allow writing to fleet" })).toBeChecked();
  await press("g", "i");

  // The inbox: pick, hold the wrong one off, review.
  await expect(page.getByRole("row", { name: /flask-app/ })).toBeVisible();
  await tabTo("grid", "Inbox");
  await press("x");
  await expect(page.getByText("1 selected")).toBeVisible();
  await press("Enter");
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  await expect(sheet.getByText("Planned on the newest commit.")).toBeVisible();
  await press("Control+Enter");
  await expect(sheet.getByText("fleet is pushed")).toBeVisible();
  await press("Escape");
  await expect(sheet).toBeHidden();
  expect(await host.inGit("show", "main:test/deployment.yml")).toContain(`${image}:1.0.1 #`);

  // The policy, its timeline and its table.
  await press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search or run" })).toBeVisible();
  await page.keyboard.type("flask");
  await expect(page.getByRole("option", { name: /flask-app/ })).toBeVisible();
  await press("Enter");
  await expect(page.getByRole("listbox", { name: /Tag timeline, 3 tags/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Now 1.0.1" })).toBeVisible();
  await tabTo("listbox", /Tag timeline/);
  await press("t");
  await expect(page.getByRole("row", { name: /1\.1\.0/ })).toContainText("outside 1.0.x");
  await press("t");
  await expect(page.getByRole("listbox", { name: /Tag timeline/ })).toBeVisible();

  // A hold, written and lifted.
  await press("h");
  const hold = page.getByRole("dialog", { name: "Hold flask-app" });
  await expect(hold.getByRole("textbox", { name: "Reason" })).toBeFocused();
  await page.keyboard.type("over the weekend");
  await press("Enter");
  await expect(hold).toBeHidden();
  await tabTo("button", "Lift hold");
  await press("Enter");
  await expect(page.getByRole("button", { name: "Lift hold" })).toBeHidden();

  // Taken back.
  await press("g", "r");
  await expect(page.getByRole("option", { name: /flask-app/ })).toBeVisible();
  await press("b");
  await expect(page.getByRole("dialog", { name: /Review 1 change/ })).toBeVisible();
  await expect(page.getByText("Planned on the newest commit.")).toBeVisible();
  await press("Control+Enter");
  await expect(page.getByText("fleet is pushed")).toBeVisible();
  expect(await host.inGit("show", "main:test/deployment.yml")).toContain(`${image}:1.0.0 #`);
});
