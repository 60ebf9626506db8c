// What is done beyond releases: shown exactly, confirmed, and written down.
import { expect, expectAccessible, expectNoSidewaysScroll, type Page, test } from "../support/test.ts";

test.use({ world: "fleet" });

/** The button on the row of the fleet's automation in a cluster, which may lie far down. */
async function automation(page: Page, verb: string) {
  const button = page.getByRole("button", { name: `${verb}… ImageUpdateAutomation flux-system/fleet` });
  const grid = page.getByRole("grid", { name: "Objects of Flux" });
  await expect(async () => {
    await grid.hover();
    await page.mouse.wheel(0, 400);
    await expect(button).toBeVisible({ timeout: 500 });
  }).toPass();
  return button;
}

/** Connects the cluster that has no Flux. */
async function connectLab(page: Page): Promise<void> {
  await page.keyboard.press("n");
  await page.getByRole("radio", { name: /kind-lab/ }).check();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("is connected")).toBeVisible();
  await page.getByRole("list", { name: "Clusters" }).getByRole("button", { name: /lab/ }).click();
}

test("the writing is handed over to a cluster and taken back", async ({ page, open }) => {
  await open("/clusters?show=dev");
  await (await automation(page, "Hand over")).click();
  const there = page.getByRole("dialog", { name: "Let dev write fleet" });
  await expect(there.getByRole("list", { name: "What is done" })).toContainText("Resume ImageUpdateAutomation");
  await expectAccessible(page);
  // Shown is not done.
  await page.keyboard.press("Escape");
  await expect(there).toBeHidden();
  await (await automation(page, "Hand over")).click();
  await there.getByRole("button", { name: /^Hand over/ }).click();
  await expect(there.getByText("Handed over.")).toBeVisible({ timeout: 40_000 });
  await there.getByRole("button", { name: "Done" }).click();
  await expect(await automation(page, "Take over")).toBeVisible();

  // The place in the window that says who writes.
  await open("/sources?show=fleet");
  await expect(page.getByText(/^dev writes this/)).toBeVisible();
  await page.getByRole("button", { name: "Take over…" }).click();
  const here = page.getByRole("dialog", { name: "Let Sluice write fleet" });
  await here.getByRole("radio", { name: "Auto" }).click();
  await expect(here.getByRole("list", { name: "What is done" })).toContainText("observe→auto");
  await page.keyboard.press("Control+Enter");
  await expect(here.getByText("Handed over.")).toBeVisible({ timeout: 40_000 });
  await here.getByRole("link", { name: "It stands in the log" }).click();
  await expect(page.getByText("handed over", { exact: true })).toHaveCount(2);
});

test("a plain cluster takes what was shown, and only then", async ({ page, open }) => {
  await open("/clusters");
  await connectLab(page);
  await page.getByRole("button", { name: "Apply…", exact: true }).click();
  await page.getByRole("dialog").getByRole("radio", { name: /lab/ }).check();
  await page.getByRole("button", { name: "Show what it would do" }).click();
  const sheet = page.getByRole("dialog", { name: /^Apply lab to/ });
  const steps = sheet.getByRole("list", { name: "What is done" });
  await expect(steps.getByRole("button", { name: /ConfigMap.*lab\/worker/ })).toBeVisible({ timeout: 30_000 });
  await steps.getByRole("button", { name: /Deployment/ }).click();
  await expect(sheet.getByRole("region", { name: "Diff" })).toContainText("ghcr.io/acme/worker:2.1.0");
  await expectAccessible(page);
  await page.setViewportSize({ width: 1024, height: 700 });
  await expectNoSidewaysScroll(page);
  await sheet.getByRole("button", { name: /^Apply to/ }).click();
  await expect(sheet.getByText("Applied.")).toBeVisible({ timeout: 30_000 });
  await sheet.getByRole("button", { name: "Done" }).click();
  // It is known there from now on, and nothing is left to be done.
  await page.getByRole("button", { name: "Apply… Kustomization flux-system/lab" }).click();
  await expect(page.getByRole("dialog").getByText("Everything stands already.")).toBeVisible({ timeout: 30_000 });
});

test("a workload is brought under a policy by a commit, with nothing typed", async ({ page, open }) => {
  await open("/sources?show=fleet");
  await page.getByRole("button", { name: "Bring one under a policy…" }).click();
  await page
    .getByRole("dialog")
    .getByRole("radio", { name: /worker/ })
    .check();
  await expect(page.getByRole("textbox", { name: "Versions" })).toHaveValue("2.1.x");
  await page.getByRole("button", { name: "Show the commit" }).click();
  const sheet = page.getByRole("dialog", { name: "Bring worker under a policy" });
  const steps = sheet.getByRole("list", { name: "What is done" });
  await expect(steps.getByRole("button", { name: /worker-policy\.yaml/ })).toBeVisible();
  await steps.getByRole("button", { name: /lab.*worker\.yaml/ }).click();
  await expect(sheet.getByRole("region", { name: "Diff" })).toContainText("flux-system:worker");
  await expectAccessible(page);
  await sheet.getByRole("button", { name: /^Push to main/ }).click();
  await expect(sheet.getByText("Pushed as")).toBeVisible({ timeout: 30_000 });
  await sheet.getByRole("button", { name: "Done" }).click();
  await open("/images");
  await expect(page.getByRole("row", { name: /worker/ })).toBeVisible();
});

test("Flux is set up by the flux that is installed, whose lines are shown as they come", async ({ page, open }) => {
  await open("/clusters");
  await connectLab(page);
  await page.getByRole("button", { name: "Set Flux up…" }).click();
  await page.getByRole("combobox", { name: "Repository" }).selectOption("fleet");
  await page.getByRole("button", { name: "Show what would be run" }).click();
  const sheet = page.getByRole("dialog", { name: /^Set Flux up in/ });
  await expect(sheet.getByRole("region", { name: "Command" })).toContainText("flux bootstrap github");
  await expect(sheet.getByText(/bin\/flux$/)).toBeVisible();
  await expectAccessible(page);
  await sheet.getByRole("button", { name: /^Run flux/ }).click();
  const log = sheet.getByRole("log", { name: "What flux says" });
  await expect(log).toContainText("► installing components");
  await expect(sheet.getByText("flux is done.")).toBeVisible({ timeout: 30_000 });
  await expect(log).toContainText("✔ all components are healthy");
  await expect(sheet.getByText("Deployment flux-system/image-automation-controller")).toBeVisible();
  await sheet.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Kustomization flux-system/ })).toBeVisible();
});

test("a release says how far it is in each cluster that follows it", async ({ page, open }) => {
  await open("/releases");
  await page.getByRole("option", { name: /pg-exporter/ }).click();
  const steps = page.getByRole("list", { name: "How far it is in prod" });
  await expect(steps.getByRole("listitem")).toHaveCount(4);
  await expect(page.getByRole("list", { name: /^How far it is in/ })).toHaveCount(3);
  await page.getByRole("main").getByRole("link", { name: "prod" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "prod" })).toBeVisible();
});
