// The reference scenario by clicks: a repository is added, a version is found, reviewed, released and taken back. What
// counts is what stands in Git.
import { expect, test } from "../support/test.ts";

const deployment = "test/deployment.yml";

test.use({ world: "empty" });

test("a version is found, reviewed, released, and taken back, by clicks", async ({ page, host, open }) => {
  test.slow();
  const { gitUrl, image } = await host.places();
  await host.agent(true);

  // Nothing is watched: the first page teaches and leads on.
  await open("/");
  await page.getByRole("link", { name: "Add a repository…" }).click();
  await page.getByRole("textbox", { name: "Git address or folder" }).fill(gitUrl);
  await page.getByRole("button", { name: "Read it" }).click();

  // Useful at once, and read-only.
  const main = page.getByRole("main");
  await expect(main.getByText("Read-only, nothing was written")).toBeVisible();
  await expect(main.getByText("marker in 1 file")).toBeVisible();
  await expect(main.getByRole("row", { name: /flask-app/ })).toContainText("1.0.0");

  // Somebody's build pushes; the agent finds it by itself.
  await host.publish("1.0.1", "1.1.0");
  await expect(main.getByRole("row", { name: /flask-app/ })).toContainText("1.0.1", { timeout: 30_000 });
  expect(await host.inGit("show", `main:${deployment}`)).toContain(`${image}:1.0.0 #`);

  await page.getByRole("switch", { name: "Allow writing to fleet" }).click();
  await page.getByRole("link", { name: "Open the inbox", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Ready to release" })).toBeVisible();
  const row = page.getByRole("row", { name: /flask-app/ });
  await expect(row).toContainText("1.0.1");
  await row.getByRole("button", { name: "Review" }).click();

  // The one gate: reason, byte-exact diff, message, author, target.
  const sheet = page.getByRole("dialog", { name: /Review 1 change/ });
  await expect(sheet.getByRole("region", { name: "Diff" })).toContainText("1 byte differs");
  await expect(sheet.getByText("fluxcdbot <fluxcdbot@users.noreply.github.com>")).toBeVisible();
  await expect(sheet.getByText("Planned on the newest commit.")).toBeVisible();
  await sheet.getByRole("textbox", { name: "Commit message" }).fill("Release flask-app 1.0.1\n\nSeen in the sheet.\n");
  const before = await host.inGit("rev-parse", "main");
  await sheet.getByRole("button", { name: /Release now/ }).click();
  await expect(sheet.getByText("fleet is pushed")).toBeVisible();
  await sheet.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();

  // Exactly one line, by the automation's author, with the message of the sheet.
  expect(await host.inGit("rev-parse", "main^")).toBe(before);
  expect(await host.inGit("diff", "--numstat", "main^", "main")).toBe(`1\t1\t${deployment}`);
  expect(await host.inGit("show", `main:${deployment}`)).toContain(
    `${image}:1.0.1 # {"$imagepolicy": "flux-system:flask-app"}`,
  );
  expect(await host.inGit("log", "-1", "--format=%an|%s|%b", "main")).toBe(
    "fluxcdbot|Release flask-app 1.0.1|Seen in the sheet.",
  );

  // 1.1.0 was passed over, and the page says why.
  await page.getByRole("link", { name: /^Images/ }).click();
  await page.getByRole("row", { name: /flask-app/ }).dblclick();
  await page.getByRole("button", { name: "Show as table" }).click();
  await expect(page.getByRole("row", { name: /1\.1\.0/ })).toContainText("outside 1.0.x");

  // Back, and held there.
  await page.getByRole("link", { name: /^Releases/ }).click();
  await expect(page.getByRole("option", { name: /Pushed flask-app/ })).toBeVisible();
  await page.getByRole("button", { name: "Roll back and hold…" }).click();
  const undo = page.getByRole("dialog", { name: /Review 1 change/ });
  await undo.getByRole("textbox", { name: "Because" }).fill("1.0.1 leaks");
  await undo.getByRole("button", { name: /Release now/ }).click();
  await expect(undo.getByText("fleet is pushed")).toBeVisible();
  await undo.getByRole("button", { name: "Done" }).click();
  expect(await host.inGit("show", `main:${deployment}`)).toContain(`${image}:1.0.0 #`);
  await page.getByRole("link", { name: /^Inbox/ }).click();
  await expect(page.getByRole("heading", { name: "Held" })).toBeVisible();
  await expect(page.getByRole("row", { name: /flask-app/ })).toContainText("1.0.1 leaks");
});

test("with automation set to auto the agent releases by itself, and the window shows it without being asked", async ({
  page,
  host,
  open,
}) => {
  test.slow();
  await open("/sources/add");
  await page.getByRole("button", { name: "Try the demo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "fleet" })).toBeVisible();
  await page.getByRole("link", { name: /^Images/ }).click();
  await page.getByRole("row", { name: /flask-app/ }).dblclick();
  await page.getByRole("radio", { name: "Auto" }).click();
  await expect(page.getByRole("radio", { name: "Auto" })).toBeChecked();
  await host.agent(true);
  await host.publish("1.0.1");
  await expect(page.getByText("in Git 1.0.1")).toBeVisible({ timeout: 45_000 });
  await expect(page.getByRole("heading", { name: "Now 1.0.1" })).toBeVisible();
  expect(await host.inGit("log", "-1", "--format=%an", "main")).toBe("fluxcdbot");
  await page.getByRole("link", { name: /^Releases/ }).click();
  await expect(page.getByRole("option", { name: /flask-app/ })).toContainText("Agent");
});
