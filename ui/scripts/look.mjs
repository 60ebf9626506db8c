// Takes a picture of every screen on the drawing board (ui/dev), in both themes, both languages and two sizes, into
// ui/shots (not committed), under the window's own content security policy, and lets axe look at each in a real browser.
// Fails on a fault of accessibility and on anything in the console. `npm run look -- policy` takes those that contain it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ui, withBoard } from "./board.mjs";

const wanted = process.argv[2] ?? "";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const policy = "/images/fleet/flux-system/flask-app";
const credentials = "/sources?view=credentials";

/** Where to go, and what to do there before the picture. */
const screens = {
  inbox: { path: "/inbox" },
  images: { path: "/images" },
  "images-filter": { path: "/images?filter=state%3Aready%20repo%3Ashop", act: (page) => page.keyboard.press("/") },
  policy: { path: policy },
  "policy-card": { path: policy, act: (page) => keys(page, "ArrowLeft") },
  "policy-brush": { path: policy, act: (page) => keys(page, "Shift+ArrowUp", "Home", "b", "End", "b", "Escape") },
  "policy-compare": { path: policy, act: (page) => keys(page, "c", "ArrowLeft", "c", "Escape") },
  "policy-even": { path: policy, act: (page) => page.getByRole("radio", { name: /^(Even|等距)$/ }).click() },
  "policy-table": { path: policy, act: (page) => keys(page, "t") },
  "policy-form": {
    path: policy,
    act: async (page) => {
      await page.getByRole("textbox", { name: /^(Range|范围)$/ }).fill("1.x");
      await page.getByRole("textbox", { name: /^(Range|范围)$/ }).scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 2000);
    },
  },
  "policy-hold": { path: policy, act: (page) => page.keyboard.press("h") },
  apps: { path: "/apps" },
  clusters: { path: "/clusters?show=prod-eu" },
  "clusters-lost": { path: "/clusters?show=prod-us" },
  "clusters-bare": { path: "/clusters?show=lab" },
  "clusters-writer": { path: "/clusters?show=staging" },
  "proposal-take-over": { path: "/clusters?show=staging&proposal=proposal-here" },
  "proposal-late": { path: "/clusters?show=staging&proposal=proposal-late" },
  "proposal-hand-over": { path: "/clusters?show=staging&proposal=proposal-there" },
  "proposal-apply": { path: "/clusters?show=lab&proposal=proposal-apply" },
  "proposal-export": { path: "/sources?show=fleet&proposal=proposal-export" },
  "proposal-flux-bare": { path: "/clusters?show=lab&proposal=proposal-bare" },
  "proposal-flux-run": { path: "/clusters?show=lab&proposal=proposal-run" },
  "proposal-flux-ran": { path: "/clusters?show=lab&proposal=proposal-ran" },
  "dialog-apply": {
    path: "/clusters?show=lab",
    act: (page) =>
      page
        .getByRole("button", { name: /^(Apply…|应用…)$/ })
        .first()
        .click(),
  },
  "dialog-bootstrap": {
    path: "/clusters?show=lab",
    act: (page) => page.getByRole("button", { name: /^(Set Flux up…|安装 Flux…)$/ }).click(),
  },
  "dialog-export": {
    path: "/sources?show=fleet",
    act: (page) => page.getByRole("button", { name: /^(Bring one under a policy…|纳入策略…)$/ }).click(),
  },
  "source-writer": { path: "/sources?show=edge" },
  "release-stuck": { path: "/releases?release=r-1" },
  "credential-list": { path: credentials },
  "credential-add": { path: credentials, act: (page) => page.keyboard.press("c") },
  "credential-app": { path: credentials, act: (page) => ofKind(page, "githubApp") },
  "credential-tls": { path: credentials, act: (page) => ofKind(page, "tls") },
  "credential-import": {
    path: credentials,
    act: (page) => page.getByRole("button", { name: /^(From a cluster…|从集群导入…)$/ }).click(),
  },
  "credential-vault": {
    path: credentials,
    act: (page) => page.getByRole("button", { name: /^(Use an encrypted file…|改用加密文件…)$/ }).click(),
  },
  "credential-key": {
    path: "/sources?show=edge",
    act: (page) => page.getByRole("button", { name: /^(Register it…|登记…)$/ }).scrollIntoViewIfNeeded(),
  },
  "credential-export": {
    path: "/sources?show=edge",
    act: (page) => page.getByRole("button", { name: /^(Into a cluster…|写入集群…)$/ }).click(),
  },
  palette: { path: "/images", act: (page) => page.keyboard.press("Control+k") },
  keys: { path: policy, act: (page) => page.keyboard.press("?") },
};

async function keys(page, ...pressed) {
  await page.getByRole("listbox").first().focus();
  for (const key of pressed) await page.keyboard.press(key);
}

async function ofKind(page, kind) {
  await page.keyboard.press("c");
  await page.getByRole("dialog").getByRole("combobox").selectOption(kind);
}

const faults = [];
await withBoard(async (browser, base) => {
  for (const [width, height] of [
    [1440, 900],
    [1024, 700],
  ]) {
    for (const theme of ["light", "dark"]) {
      for (const language of ["en", "zh-CN"]) {
        const context = await browser.newContext({
          viewport: { width, height },
          reducedMotion: "reduce",
          bypassCSP: false,
        });
        await context.addInitScript((chosen) => localStorage.setItem("sluice.preferences", JSON.stringify(chosen)), {
          theme,
          language,
        });
        for (const [name, screen] of Object.entries(screens)) {
          const shot = `${name}-${width}-${theme}-${language}`;
          if (shot.includes(wanted)) await look(context, base, shot, screen);
        }
        await context.close();
      }
    }
  }
});

async function look(context, base, shot, { path, act }) {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${shot}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${shot}: ${error.message}`));
  await page.goto(`${base}dev/#${path}`);
  await page.waitForLoadState("networkidle");
  await page.locator("main h1").waitFor();
  await page.waitForTimeout(300);
  await act?.(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(ui, "shots", `${shot}.png`) });
  // By the debugger and not by a script element, which the policy rightly refuses.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await window.axe.run(document)).violations);
  for (const { id, nodes } of violations) {
    faults.push(
      `${shot}: ${id}: ${nodes
        .slice(0, 3)
        .map((node) => `${node.target.join(" ")} ${node.failureSummary.split("\n")[1] ?? ""}`)
        .join(" | ")}`,
    );
  }
  await page.close();
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
