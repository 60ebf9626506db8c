// Every screen in both themes, languages and sizes, as files named SCREEN-THEME-LANGUAGE-SIZE.png.
import { join } from "node:path";
import { expect, type Language, type Page, type Theme, test, type World } from "../support/test.ts";

const folder = process.env.SLUICE_SCREENSHOTS ?? "screenshots-taken";

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];

interface Screen {
  name: string;
  path: string;
  world?: World;
  /** What is done before the picture is taken. */
  act?: (page: Page) => Promise<void>;
}

/** Clusters are asked when the page is: their rows come a moment later. */
const rows = async (page: Page) => expect(page.getByRole("row").nth(3)).toBeVisible();

const screens: readonly Screen[] = [
  { name: "inbox", path: "/inbox" },
  {
    name: "inbox-detail",
    path: "/inbox",
    act: async (page) => page.getByRole("row", { name: /thumbnailer/ }).click(),
  },
  { name: "inbox-empty", path: "/inbox", world: "empty" },
  { name: "images", path: "/images" },
  { name: "policy", path: "/images/fleet/flux-system/flask-app" },
  { name: "releases", path: "/releases" },
  { name: "release", path: "/releases", act: async (page) => page.getByRole("option").nth(1).click() },
  { name: "sources", path: "/sources" },
  { name: "source", path: "/sources?show=fleet" },
  { name: "credentials", path: "/sources?view=credentials" },
  { name: "onboarding", path: "/sources/add", world: "empty" },
  { name: "found", path: "/sources/add?source=fleet" },
  { name: "apps", path: "/apps", act: rows },
  { name: "clusters", path: "/clusters?show=prod", act: rows },
  { name: "activity", path: "/activity" },
  { name: "settings", path: "/settings" },
  { name: "palette", path: "/inbox", act: async (page) => page.keyboard.press("Control+k") },
  { name: "keys", path: "/inbox", act: async (page) => page.keyboard.press("?") },
  {
    name: "review",
    path: "/inbox",
    act: async (page) => {
      await page.keyboard.press("a");
      await expect(page.getByRole("row", { selected: true }).first()).toBeVisible();
      await page.keyboard.press("Enter");
      await expect(page.locator(".cm-content").first()).toBeVisible();
    },
  },
];

for (const { name, path, world = "fleet", act } of screens) {
  test.describe(name, () => {
    test.use({ world });

    for (const theme of ["light", "dark"] as Theme[]) {
      for (const language of ["en", "zh-CN"] as Language[]) {
        test.describe(() => {
          test.use({ theme, language });

          test(`${name} ${theme} ${language}`, async ({ page, open }) => {
            for (const size of sizes) {
              await page.setViewportSize(size);
              // What lies over the page from the size before would hide it.
              await page.goto("about:blank");
              await open(path);
              await page.reload();
              // What is still loading has its own name and place.
              await expect(page.getByRole("main").getByRole("status", { name: /.+/ })).toHaveCount(0);
              await act?.(page);
              // The canvas of the timeline draws with the fonts, in a frame of its own.
              await page.evaluate(() => document.fonts.ready);
              await page.waitForTimeout(250);
              const file = `${name}-${theme}-${language}-${size.width}x${size.height}.png`;
              await page.screenshot({ path: join(folder, file), animations: "disabled" });
            }
          });
        });
      }
    }
  });
}
