// Sources and credentials: how each remote is, what it said, what mends it.
import { expect, test } from "../support/test.ts";

test("a registry that is gone says so with what to do, and comes back by a test", async ({ page, host, open }) => {
  await open("/sources");
  const name = (await host.places()).image.split("/")[0] ?? "";
  const registry = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: `Test ${name}` }) });
  await expect(registry).toContainText("Fine");
  await host.registry(false);
  await registry.getByRole("button", { name: `Test ${name}` }).click();
  await expect(registry).toContainText("Needs attention");
  await expect(registry).toContainText(/refused|reset/);
  await host.registry(true);
  await registry.getByRole("button", { name: `Test ${name}` }).click();
  await expect(registry).toContainText("Fine");
});

test("writing is a switch, a mode a choice, a pause a menu", async ({ page, host, open }) => {
  await open("/sources");
  await page.getByRole("button", { name: /^fleet/ }).click();
  const panel = page.getByRole("complementary", { name: "fleet" });
  const writing = panel.getByRole("switch", { name: "Allow writing to fleet" });
  await expect(writing).toBeChecked();
  await panel.getByRole("radio", { name: "Auto" }).click();
  await expect(panel).toContainText("Releases by itself within its interval");
  await panel.getByRole("button", { name: "Pause…" }).click();
  await page.getByRole("menuitem", { name: "Until you resume it" }).click();
  await panel.getByRole("button", { name: "Resume" }).click();
  await expect(panel.getByRole("button", { name: "Pause…" })).toBeVisible();
  await writing.click();
  await expect(writing).not.toBeChecked();
  await expect(panel).toContainText("More than observing needs writing to be allowed.");
  const images = await host.call<{ rows: { mode: string }[] }>("images");
  expect(images.rows.map((row) => row.mode)).toEqual(["observe"]);
});

test("a repository is forgotten after a question", async ({ page, open }) => {
  await open("/sources");
  await page.getByRole("button", { name: /^fleet/ }).click();
  await page.getByRole("button", { name: "Remove…" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove fleet" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Remove…" }).click();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No repositories yet" })).toBeVisible();
});

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("what is wrong in a repository is listed with its place", async ({ page, open }) => {
    await open("/sources/add?source=fleet");
    const problems = page.getByRole("region", { name: "Problems" });
    await expect(problems).toContainText("apps/debug-shell.yaml:8");
    await expect(problems).toContainText("flsk-app");
  });
});

test.describe("a fleet that changes", () => {
  test.use({ world: "fleet" });

  test("a refused sign-in leads to a dialog that tries before it keeps, and shows no secret", async ({
    page,
    open,
  }) => {
    await open("/sources");
    const registry = page.getByRole("listitem").filter({ hasText: "registry.acme.example" });
    await expect(registry).toContainText("UNAUTHORIZED");
    await registry.getByRole("button", { name: "Sign in…" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in to registry.acme.example" });
    await dialog.getByRole("textbox", { name: "User name" }).fill("somebody");
    await dialog.getByLabel("Password or token").fill("wrong-pass");
    await dialog.getByRole("button", { name: "Try and keep" }).click();
    await expect(dialog.getByText(/refused|wants a credential|UNAUTHORIZED/).first()).toBeVisible();
    await expect(dialog.getByLabel("Password or token")).toHaveValue("");
    await dialog.getByLabel("Password or token").fill("else");
    await dialog.getByRole("button", { name: "Try and keep" }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole("radio", { name: "Credentials" }).click();
    await expect(page.getByRole("main")).toContainText("somebody");
    expect(await page.content()).not.toContain("wrong-pass");
    await page.getByRole("radio", { name: "All" }).click();
    await expect(registry).toContainText("Fine");
  });
});
