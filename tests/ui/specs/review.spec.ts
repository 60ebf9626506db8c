// Review sheet: the one gate for every write.
import { expect, test } from "../support/test.ts";

const policy = "/images/fleet/flux-system/flask-app";

test.beforeEach(async ({ host, page, open }) => {
  await host.publish("1.0.1");
  await host.call("checkNow", { scope: { what: "all" } });
  await open(policy);
  await page.getByRole("button", { name: "Review 1.0.1" }).click();
  await expect(page.getByText("Planned on the newest commit.")).toBeVisible();
});

test("the diff is split or unified, to the byte, and the kept change looks kept", async ({ page, host }) => {
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  const { image } = await host.places();
  await expect(sheet.getByText(`${image}:`).first()).toBeVisible();
  await expect(sheet).toContainText("1 byte differs");
  await expect(sheet).toContainText("LF and final newline kept");
  await sheet.getByRole("radio", { name: "Unified" }).click();
  await expect(sheet.getByText("in Git now")).toBeHidden();
  // The tick of the only change cannot be taken away, and must be seen for what it is.
  const box = sheet.getByRole("checkbox", { name: "Keep flask-app in this release" });
  await expect(box).toBeChecked();
  const [tick, ground] = await box.evaluate((element) => {
    const svg = element.querySelector("svg");
    return [svg ? getComputedStyle(svg).color : "", getComputedStyle(element).backgroundColor];
  });
  expect(contrast(tick ?? "", ground ?? "")).toBeGreaterThan(3);
});

test("a message without words is not sent, and the planned one comes back", async ({ page }) => {
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  const message = sheet.getByRole("textbox", { name: "Commit message" });
  const planned = await message.inputValue();
  await message.fill("  ");
  await expect(sheet.getByRole("button", { name: /Release now/ })).toBeDisabled();
  await sheet.getByRole("button", { name: "Take the planned one" }).click();
  await expect(message).toHaveValue(planned);
});

test("when the branch moves it is planned again, and the release lands on top", async ({ page, host }) => {
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  await host.colleaguePushes("test/service.yml", (text) => `# port 80 is taken\n${text}`, "Say which port");
  await sheet.getByRole("button", { name: "Plan again" }).click();
  await expect(sheet.getByText("The branch moved; planned again, still the same edits.")).toBeVisible();
  const theirs = await host.inGit("rev-parse", "main");
  await sheet.getByRole("button", { name: /Release now/ }).click();
  await expect(sheet.getByText("fleet is pushed")).toBeVisible();
  expect(await host.inGit("rev-parse", "main^")).toBe(theirs);
  expect(await host.inGit("show", "main:test/service.yml")).toContain("# port 80 is taken");
});

test("edits that are no longer the ones looked at must be looked at again", async ({ page, host }) => {
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  await host.colleaguePushes(
    "test/deployment.yml",
    (text) => text.replace("replicas: 1", "replicas: 2"),
    "Two of them",
  );
  await sheet.getByRole("button", { name: "Plan again" }).click();
  const release = sheet.getByRole("button", { name: /Release now/ });
  await expect(sheet.getByText("The branch moved; planned again")).toBeVisible();
  if (await sheet.getByRole("button", { name: "I have looked at the new ones" }).isVisible()) {
    await expect(release).toBeDisabled();
    await sheet.getByRole("button", { name: "I have looked at the new ones" }).click();
  }
  await release.click();
  await expect(sheet.getByText("fleet is pushed")).toBeVisible();
  expect(await host.inGit("show", "main:test/deployment.yml")).toContain("replicas: 2");
});

test("a discarded sheet writes nothing and is gone", async ({ page, host }) => {
  const before = await host.inGit("rev-parse", "main");
  const address = page.url();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto(address);
  await page.reload();
  await expect(page.getByRole("heading", { name: "This sheet is no longer there" })).toBeVisible();
  expect(await host.inGit("rev-parse", "main")).toBe(before);
});

/** The contrast of two colours as WCAG 2 counts it. */
function contrast(one: string, other: string): number {
  const light = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}
