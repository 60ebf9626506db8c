// Writes `latest.json`, the list that Tauri's updater reads, from the signatures beside the packages. Without
// signatures there is nothing that an updater may trust, and no list.
//
// usage: node updates.mjs FOLDER TAG OWNER/REPOSITORY

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, tag, repository] = process.argv.slice(2);
if (!folder || !tag || !repository) throw new Error("usage: node updates.mjs FOLDER TAG OWNER/REPOSITORY");

/** Which package an updater takes on which system. */
const systems = [
  ["linux-x86_64", /\.AppImage$/],
  ["darwin-aarch64", /-arm64\.app\.tar\.gz$/],
  ["darwin-x86_64", /-x86_64\.app\.tar\.gz$/],
  ["windows-x86_64", /-setup\.exe$/],
];

const files = readdirSync(folder);
const platforms = {};
for (const [system, pattern] of systems) {
  const file = files.find((name) => pattern.test(name) && existsSync(join(folder, `${name}.sig`)));
  if (!file) continue;
  const url = `https://github.com/${repository}/releases/download/${tag}/${encodeURIComponent(file)}`;
  platforms[system] = { signature: readFileSync(join(folder, `${file}.sig`), "utf8").trim(), url };
}
if (Object.keys(platforms).length === 0) {
  console.log("no signatures: no list for updaters");
} else {
  const list = { version: tag.replace(/^v/, ""), pub_date: new Date().toISOString(), platforms };
  writeFileSync(join(folder, "latest.json"), `${JSON.stringify(list, null, 2)}\n`);
  console.log(`for updaters of ${Object.keys(platforms).join(", ")}`);
}
