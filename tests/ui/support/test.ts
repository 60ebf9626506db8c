// What every spec stands on: a host of its own, and a page whose console is silent and which asks nobody else.
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Host, type World } from "./host.ts";

export { expect, type Locator, type Page } from "@playwright/test";
export type { World } from "./host.ts";

export type Theme = "light" | "dark";
export type Language = "en" | "zh-CN";

interface Options {
  world: World;
  /** Whether the test changes nothing in its world, which may then be one that others of its worker looked at. */
  onlyLooks: boolean;
  theme: Theme;
  language: Language;
}

interface Fixtures {
  host: Host;
  /** Goes to a screen of the application, such as `/images`. */
  open: (path: string) => Promise<void>;
}

/** The hosts of tests that only look: the first of each world starts it, and it ends with the worker. */
class SharedHosts {
  private readonly started = new Map<World, Promise<Host>>();

  of(world: World): Promise<Host> {
    const host = this.started.get(world) ?? Host.start(world);
    this.started.set(world, host);
    return host;
  }

  async stop(): Promise<void> {
    for (const host of this.started.values()) await (await host).stop();
  }
}

export const test = base.extend<Fixtures & Options, { sharedHosts: SharedHosts }>({
  world: ["demo", { option: true }],
  onlyLooks: [false, { option: true }],
  theme: ["light", { option: true }],
  language: ["en", { option: true }],

  sharedHosts: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture stands on from here.
    async ({}, use) => {
      const hosts = new SharedHosts();
      await use(hosts);
      await hosts.stop();
    },
    { scope: "worker" },
  ],

  host: async ({ world, onlyLooks, sharedHosts }, use) => {
    if (onlyLooks) return use(await sharedHosts.of(world));
    const host = await Host.start(world);
    await use(host);
    await host.stop();
  },

  page: async ({ page, host, theme, language }, use) => {
    const faults: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()) && !isOfAnAnswer(message.text())) {
        faults.push(`console: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== host.address && protocol !== "data:") faults.push(`a request to ${request.url()}`);
    });
    await page.addInitScript(
      (chosen) => {
        if (!localStorage.getItem("sluice.preferences")) {
          localStorage.setItem("sluice.preferences", JSON.stringify(chosen));
        }
      },
      { theme, language },
    );
    await use(page);
    expect(faults).toEqual([]);
  },

  open: async ({ page, host }, use) => {
    await use(async (path) => {
      await page.goto(`${host.address}/#${path}`);
      await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    });
  },
});

/** The browser itself says so when a command is refused: that answer is the application's to show. */
function isOfAnAnswer(text: string): boolean {
  return text.includes("the server responded with a status of 422");
}

/** Fails with every rule of axe that the page breaks. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const words = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`,
  );
  expect(words).toEqual([]);
}

/** Fails when the page as a whole can be scrolled sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(wide).toBeLessThanOrEqual(0);
}
