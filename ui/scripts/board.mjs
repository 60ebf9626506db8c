// The drawing board (ui/dev) as a production build on loopback, under the window's own content security policy, and
// Debian's Chromium in front of it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

/** The folder of the page. */
export const ui = join(dirname(fileURLToPath(import.meta.url)), "..");

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

/** Builds and serves the board, opens a browser, and hands both to `work(browser, base)`. Everything ends with it. */
export async function withBoard(work) {
  const outDir = mkdtempSync(join(tmpdir(), "sluice-board-"));
  let server;
  let browser;
  try {
    await build({
      root: ui,
      logLevel: "warn",
      build: { outDir, emptyOutDir: true, rollupOptions: { input: join(ui, "dev/index.html") } },
    });
    server = await preview({
      root: ui,
      logLevel: "warn",
      build: { outDir },
      preview: { host: "127.0.0.1", port: 0, headers: { "Content-Security-Policy": csp } },
    });
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
    await work(browser, server.resolvedUrls?.local[0]);
  } finally {
    await browser?.close();
    await server?.close();
    rmSync(outDir, { recursive: true, force: true });
  }
}
