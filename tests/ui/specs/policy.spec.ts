// Policy page: timeline, live tester, why, where used, history, hold.
import { expect, test } from "../support/test.ts";

const flask = "/images/fleet/flux-system/flask-app";

test.describe("a fleet", () => {
  test.use({ world: "fleet", onlyLooks: true });

  test("the timeline is walked by keys, and its card says what a tag is and why it lost", async ({ page, open }) => {
    await open(flask);
    const timeline = page.getByRole("listbox", { name: /Tag timeline, 77 tags/ });
    await timeline.focus();
    await expect(page.getByRole("option", { selected: true })).toHaveAccessibleName(/^1\.0\.5, Chosen/);
    await page.keyboard.press("ArrowLeft");
    const card = page.getByRole("group", { name: "1.0.4" });
    await expect(card).toContainText("Size");
    await expect(card).toContainText("sha256:");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+ArrowUp");
    await expect(page.getByRole("option", { selected: true })).toHaveAccessibleName(/^1\.1\.\d/);
    await expect(page.getByRole("group", { name: /^1\.1\.\d/ })).toContainText("outside 1.0.x");
  });

  test("a brush asks why not these, and trying its suggestion shows at once what would win", async ({
    page,
    host,
    open,
  }) => {
    await open(flask);
    await page.getByRole("listbox", { name: /Tag timeline/ }).focus();
    for (const key of ["Shift+ArrowUp", "Home", "b", "End", "b", "Escape"]) await page.keyboard.press(key);
    await expect(page.getByText(/Why not these/)).toBeVisible();
    await page.getByRole("button", { name: /^Try / }).click();
    await expect(page.getByText("Would choose")).toBeVisible();
    const policy = { source: "fleet", namespace: "flux-system", name: "flask-app" };
    const saved = await host.call<{ chip: { value: string } }>("policy", { policy });
    expect(saved.chip.value).toBe("1.0.x");
  });

  test("two marks are compared", async ({ page, open }) => {
    await open(flask);
    await page.getByRole("listbox", { name: /Tag timeline/ }).focus();
    for (const key of ["c", "ArrowLeft", "c"]) await page.keyboard.press(key);
    await expect(page.getByText(/1\.0\.5.*→.*1\.0\.4.*earlier/s).last()).toBeVisible();
  });

  test("the live tester shows which tag would win; nothing is saved", async ({ page, host, open }) => {
    await open(flask);
    const range = page.getByRole("textbox", { name: "Range" });
    await range.fill(">=1.0.0");
    const form = page.getByRole("region", { name: "Policy" });
    await expect(form).toContainText(/Would choose\s*1\.1\.3\s*instead of\s*1\.0\.5/);
    await range.fill("not a range");
    await expect(range).toHaveAttribute("aria-invalid", "true");
    await form.getByRole("button", { name: "Revert" }).click();
    await expect(range).toHaveValue("1.0.x");
    await page.getByRole("radio", { name: "alphabetical" }).click();
    await expect(form).toContainText(/Would choose\s*main-/);
    const policy = { source: "fleet", namespace: "flux-system", name: "flask-app" };
    expect((await host.call<{ candidate: { to: { tag: string } } }>("policy", { policy })).candidate.to.tag).toBe(
      "1.0.5",
    );
  });

  test("the same tags are a table", async ({ page, open }) => {
    await open(flask);
    await page.getByRole("button", { name: "Show as table" }).click();
    // Only the rows that are seen are there.
    await page.getByRole("grid", { name: /Tags as a table/ }).hover();
    await page.mouse.wheel(0, 500);
    await expect(page.getByRole("row", { name: /^1\.0\.4/ })).toContainText("Blocked");
    await expect(page.getByRole("row", { name: /^1\.0\.3/ })).toContainText("Git");
    await page.getByRole("button", { name: "Show as timeline" }).click();
    await expect(page.getByRole("listbox", { name: /Tag timeline/ })).toBeVisible();
  });

  test("why, where used and history say the whole story", async ({ page, open }) => {
    await open(flask);
    const why = page.getByRole("region", { name: "Why" });
    await expect(why.getByRole("listitem")).toHaveCount(9);
    await expect(why).toContainText("1.0.5 waits at “Gate”");
    await expect(why).toContainText("sluice why flux-system/flask-app");
    await expect(page.getByRole("region", { name: "Where used" })).toContainText("apps/flask-app.yaml:20");
    const history = page.getByRole("region", { name: "History" });
    await expect(history).toContainText("Robin Chen");
    await history.getByRole("button", { name: "Who signed?" }).click();
    await expect(history.getByText("Not signed").first()).toBeVisible();
  });
});

test.describe("a fleet that changes", () => {
  test.use({ world: "fleet" });

  test("a rule that was tried is planned, reviewed and written into the policy in Git", async ({
    page,
    host,
    open,
  }) => {
    await open(flask);
    const form = page.getByRole("region", { name: "Policy" });
    await page.getByRole("textbox", { name: "Range" }).fill(">=1.0.0 <2.0.0");
    await expect(form).toContainText(/Would choose\s*1\.1\.3/);
    await form.getByRole("button", { name: "Plan this change" }).click();
    const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
    await expect(sheet).toContainText("policy.semver.range");
    await expect(sheet).toContainText("Change the policy flux-system/flask-app");
    await sheet.getByRole("button", { name: /Release now/ }).click();
    await expect(sheet.getByText("fleet is pushed")).toBeVisible();
    const policy = { source: "fleet", namespace: "flux-system", name: "flask-app" };
    const inGit = async () => (await host.call<{ chip: { value: string } }>("policy", { policy })).chip.value;
    await expect.poll(inGit).toBe(">=1.0.0 <2.0.0");
  });

  test("a version is held with a reason and let go again", async ({ page, open }) => {
    await open("/images/shop/flux-system/checkout");
    await page.getByRole("button", { name: "Hold…" }).click();
    const dialog = page.getByRole("dialog", { name: "Hold checkout" });
    await expect(dialog.getByRole("button", { name: "Hold" })).toBeDisabled();
    await dialog.getByRole("textbox", { name: "Reason" }).fill("freeze");
    await dialog.getByRole("button", { name: "Hold" }).click();
    await expect(page.getByText("Held at 4.18.2").first()).toBeVisible();
    await page.getByRole("button", { name: "Lift hold" }).first().click();
    await expect(page.getByText("Ready, waits for your review")).toBeVisible();
  });
});
