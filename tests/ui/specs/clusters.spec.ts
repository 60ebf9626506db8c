// Clusters: how each is reached, what Flux does there, and what runs.
import { expect, test } from "../support/test.ts";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("each cluster says how it is, and one that does not answer why", async ({ page, open }) => {
    await open("/clusters");
    const list = page.getByRole("list", { name: "Clusters" });
    await expect(list.getByRole("button", { name: /^dev/ })).toContainText("v1.34.1");
    await list.getByRole("button", { name: /^prod/ }).click();
    await expect(page.getByText("not allowed to list cronjobs.batch")).toBeVisible();
    await expect(page.getByRole("row", { name: /GitRepository edge/ })).toContainText("authentication required");
    await list.getByRole("button", { name: /^dr-site/ }).click();
    await expect(page.getByText(/It does not answer/)).toBeVisible();
    await expect(page).toHaveURL(/show=dr-site/);
  });

  test("workloads begin with those that are not well, and differences are named", async ({ page, open }) => {
    await open("/clusters?show=prod");
    await page.getByRole("radio", { name: /^Workloads/ }).click();
    const first = page.getByRole("rowgroup").getByRole("row").first();
    await expect(first).toContainText("identity");
    await expect(first).toContainText("ImagePullBackOff");
    await page.getByRole("radio", { name: /^Differences/ }).click();
    await expect(page.getByRole("row", { name: /legacy-cron/ })).toContainText("applied, not in Git");
  });
});

test.describe("a fleet that changes", () => {
  test.use({ world: "fleet" });

  test("Flux is asked, and an object is suspended and resumed", async ({ page, open }) => {
    await open("/clusters?show=dev");
    await page.getByRole("button", { name: "Reconcile Kustomization flux-system/fleet" }).click();
    await expect(page.getByText("Asked Kustomization flux-system/fleet")).toBeVisible();
    await page.getByRole("button", { name: "Suspend Kustomization flux-system/fleet" }).click();
    await expect(page.getByRole("button", { name: "Resume Kustomization flux-system/fleet" })).toBeVisible();
    await page.getByRole("button", { name: "Resume Kustomization flux-system/fleet" }).click();
    await expect(page.getByRole("button", { name: "Suspend Kustomization flux-system/fleet" })).toBeVisible();
  });

  test("a context of the kubeconfig is offered, and one that does not answer is not added", async ({ page, open }) => {
    await open("/clusters");
    await page.keyboard.press("n");
    await page.getByRole("radio", { name: /kind-sandbox/ }).check();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText("does not answer");
  });

  test("a cluster is forgotten after a question", async ({ page, open }) => {
    await open("/clusters?show=dr-site");
    await page.getByRole("button", { name: "Disconnect…" }).click();
    await page.getByRole("button", { name: "Disconnect it" }).click();
    await expect(page.getByText("dr-site is not followed any more")).toBeVisible();
    await expect(page.getByRole("button", { name: /^dr-site/ })).toBeHidden();
  });
});

test("without a cluster the page says what one is for", async ({ page, open }) => {
  await open("/clusters");
  await expect(page.getByRole("heading", { name: "No cluster yet" })).toBeVisible();
});
