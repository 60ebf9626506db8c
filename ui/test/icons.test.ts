import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
// @ts-expect-error: a script for node, without types
import { drawIcons } from "../scripts/icons.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../icons");

test("every icon is drawn from its source as it is now", () => {
  const files: Map<string, Buffer> = drawIcons();
  expect(files.size).toBe(6 + 6 * 3 * 2);
  for (const [path, data] of files) expect(readFileSync(join(folder, path)).equals(data), path).toBe(true);
});

test("no two states of the tray look the same at sixteen pixels", () => {
  const files: Map<string, Buffer> = drawIcons();
  const drawn = [...files].filter(([path]) => path.endsWith("-dark-16.png")).map(([, data]) => data.toString("base64"));
  expect(new Set(drawn).size).toBe(6);
});
