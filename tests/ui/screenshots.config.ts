// Pictures of every screen, for a person to look at: nothing is compared.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig({
  ...tests,
  testDir: "screenshots",
  reporter: [["dot"]],
  use: { ...tests.use, trace: "off" },
});
