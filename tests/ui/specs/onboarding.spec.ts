// Onboarding: an address, a folder, the demo.
import { expect, test } from "../support/test.ts";

test.use({ world: "empty" });

test("an address that leads nowhere says what happened, and nothing is added", async ({ page, host, open }) => {
  await open("/sources/add");
  await page.getByRole("textbox", { name: "Git address or folder" }).fill("http://127.0.0.1:1/fleet.git");
  await page.getByRole("button", { name: "Read it" }).click();
  await expect(page.getByRole("alert")).toContainText("127.0.0.1:1");
  await page.getByRole("textbox", { name: "Git address or folder" }).fill("not an address");
  await page.getByRole("button", { name: "Read it" }).click();
  await expect(page.getByRole("alert")).toContainText("Write https://");
  expect((await host.call<{ git: unknown[] }>("sources")).git).toEqual([]);
});

test("a folder that is picked in the desktop's dialog is read", async ({ page, host, open }) => {
  const { gitFolder } = await host.places();
  await open("/sources/add");
  await host.folder(null);
  await page.getByRole("button", { name: "Pick a folder…" }).click();
  await expect(page.getByRole("button", { name: "Pick a folder…" })).toBeEnabled();
  await host.folder(gitFolder);
  await page.getByRole("button", { name: "Pick a folder…" }).click();
  await expect(page.getByText("Read-only, nothing was written")).toBeVisible();
  await expect(page.getByText("marker in 1 file")).toBeVisible();
});

test("the demo needs nothing but a click", async ({ page, open }) => {
  await open("/inbox");
  await page.getByRole("link", { name: "Add a repository…" }).click();
  await page.getByRole("button", { name: "Try the demo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "fleet" })).toBeVisible();
  await expect(page.getByRole("row", { name: /flask-app/ })).toContainText("1.0.0");
});

test("a name and a branch of one's own are taken", async ({ page, host, open }) => {
  const { gitUrl } = await host.places();
  await open("/sources/add");
  await page.getByRole("button", { name: "Branch and name…" }).click();
  await page.getByRole("textbox", { name: "Git address or folder" }).fill(gitUrl);
  await page.getByRole("textbox", { name: "Branch" }).fill("main");
  await page.getByRole("textbox", { name: "Short name" }).fill("dev");
  await page.getByRole("button", { name: "Read it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "dev" })).toBeVisible();
});
