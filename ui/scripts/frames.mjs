// Measures how long frames take while 10,000 tags are panned and 10,000 rows are scrolled, on the drawing board in
// Debian's Chromium without a graphics card. Prints milliseconds a frame: the median, the 95th of a hundred, the worst.
import { withBoard } from "./board.mjs";

const SECONDS = 4;
const policy = "/images/fleet/flux-system/flask-app";

/** What moves on a page while its frames are timed. */
const cases = {
  "panning 10,000 tags": {
    path: policy,
    move: async (page) => {
      const box = await page.getByRole("listbox").first().boundingBox();
      const middle = box.y + box.height / 2;
      return drag(page, box.x + box.width * 0.8, middle, box.width * 0.6);
    },
  },
  "scrolling 10,000 rows": {
    path: "/images",
    move: async (page) => {
      await page.mouse.move(700, 500);
      await until(async () => page.mouse.wheel(0, 240));
    },
  },
};

async function until(step) {
  const end = Date.now() + SECONDS * 1000;
  while (Date.now() < end) await step();
}

/** Drags to the left and back again. */
async function drag(page, x, y, width) {
  await page.mouse.move(x, y);
  await page.mouse.down();
  let at = 0;
  await until(async () => {
    at += 12;
    const phase = at % (2 * width);
    await page.mouse.move(x - (phase < width ? phase : 2 * width - phase), y);
  });
  await page.mouse.up();
}

function part(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
}

await withBoard(async (browser, base) => {
  for (const [name, { path, move }] of Object.entries(cases)) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${base}dev/?tags=10000&rows=10000#${path}`);
    await page.waitForLoadState("networkidle");
    await page.locator("main h1").waitFor();
    await page.waitForTimeout(1000);
    await page.evaluate(() => {
      window.frames_ = [];
      let last = performance.now();
      const tick = (now) => {
        window.frames_.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await move(page);
    const frames = (await page.evaluate(() => window.frames_)).slice(1).sort((a, b) => a - b);
    console.log(
      `${name}: ${frames.length} frames, median ${part(frames, 0.5)} ms, 95 % within ${part(frames, 0.95)} ms, worst ${part(frames, 1)} ms`,
    );
    await page.close();
  }
});
