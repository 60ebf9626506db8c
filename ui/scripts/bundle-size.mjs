// Fails when what the window loads at its start outgrows its budget: the entry script and everything it imports statically.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const budget = 250 * 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const html = readFileSync(join(dist, "index.html"), "utf8");
const queue = [...html.matchAll(/(?:src|href)="\.?\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const seen = new Set();
let total = 0;

while (queue.length > 0) {
  const name = queue.pop();
  if (!name || seen.has(name)) continue;
  seen.add(name);
  const text = readFileSync(join(dist, name), "utf8");
  total += gzipSync(text).length;
  for (const match of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) queue.push(`assets/${match[1]}`);
}

if (seen.size === 0) throw new Error("dist/index.html names no script");
console.log(`start: ${(total / 1024).toFixed(1)} kB gzip in ${seen.size} files (budget ${budget / 1024} kB)`);
if (total > budget) {
  console.error("The start has outgrown its budget: load the new part lazily.");
  process.exit(1);
}
