// Every screen in both themes and both languages: nothing for axe to say, and nothing to scroll sideways, neither in the
// smallest window nor at twice the size.
import { expect, expectAccessible, expectNoSidewaysScroll, type Language, type Theme, test } from "../support/test.ts";

test.use({ world: "fleet" });

const screens = [
  "/inbox",
  "/images",
  "/images/fleet/flux-system/flask-app",
  "/apps",
  "/releases",
  "/clusters?show=prod",
  "/sources",
  "/sources?show=fleet",
  "/sources?view=credentials",
  "/sources/add",
  "/sources/add?source=fleet",
  "/activity",
  "/settings",
];

for (const theme of ["light", "dark"] as Theme[]) {
  for (const language of ["en", "zh-CN"] as Language[]) {
    test.describe(`${theme}, ${language}`, () => {
      test.use({ theme, language });

      test.describe("looked at", () => {
        test.use({ onlyLooks: true });

        test("every screen is accessible and fits", async ({ page, open }) => {
          test.slow();
          for (const screen of screens) {
            await test.step(screen, async () => {
              await page.setViewportSize({ width: 1440, height: 900 });
              await open(screen);
              // What is still loading has its own name and place.
              await expect(page.getByRole("main").getByRole("status", { name: /.+/ })).toHaveCount(0);
              await expectAccessible(page);
              await expectNoSidewaysScroll(page);
              await page.setViewportSize({ width: 1024, height: 700 });
              await expectNoSidewaysScroll(page);
              // 1440×900 at 200 %.
              await page.setViewportSize({ width: 720, height: 450 });
              await expectNoSidewaysScroll(page);
            });
          }
        });
      });

      test("the review sheet, the palette and the keys are accessible and fit", async ({ page, open }) => {
        test.slow();
        const small = async () => {
          for (const size of [
            { width: 1024, height: 700 },
            { width: 720, height: 450 },
          ]) {
            await page.setViewportSize(size);
            await expectNoSidewaysScroll(page);
          }
          await page.setViewportSize({ width: 1440, height: 900 });
        };
        await open("/inbox");
        await page.keyboard.press("Control+k");
        await expect(page.getByRole("dialog").last()).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await expect(page.getByRole("dialog").last()).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press("Escape");
        await page.keyboard.press("a");
        await expect(page.getByRole("row", { selected: true })).toHaveCount(4);
        await expectAccessible(page);
        await page.keyboard.press("Enter");
        await expect(page.getByRole("dialog").last()).toContainText("fluxcdbot");
        await expect(page.locator(".cm-content").first()).toBeVisible();
        await expectAccessible(page);
        await small();
      });
    });
  }
}
