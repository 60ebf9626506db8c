// Draws everything in icons/ from the SVG sources in icons/source: `npm run icons`, or `npm run icons -- --check`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../icons");
const trayStates = ["idle", "ready", "working", "attention", "paused", "stuck"];
// A light drawing for dark panels and a dark one for light panels; macOS colours a black template itself.
const trayColours = { light: "#E7ECF0", dark: "#12181E", template: "#000000" };

function png(source, size, colour) {
  const svg = readFileSync(join(folder, "source", source), "utf8").replaceAll("currentColor", colour ?? "#000000");
  return new Resvg(svg, { fitTo: { mode: "width", value: size }, font: { loadSystemFonts: false } }).render().asPng();
}

/** An .ico: a directory of sixteen bytes an image, and the images as PNG. */
function ico(images) {
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, data }, index) => {
    const at = 6 + index * 16;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(data.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([head, ...images.map(({ data }) => data)]);
}

/** An .icns: chunks of a type, a length and a PNG. */
function icns(images) {
  const chunks = images.map(({ type, data }) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, "ascii");
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  });
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(8);
  head.write("icns", 0, "ascii");
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

/** Every file that is generated, by its path in icons/. */
export function drawIcons() {
  const app = (size) => png("app-icon.svg", size);
  const files = new Map([
    ["32x32.png", app(32)],
    ["128x128.png", app(128)],
    ["128x128@2x.png", app(256)],
    ["icon.png", app(512)],
    ["icon.ico", ico([16, 24, 32, 48, 64, 128, 256].map((size) => ({ size, data: app(size) })))],
    [
      "icon.icns",
      icns(
        Object.entries({
          icp4: 16,
          icp5: 32,
          ic11: 32,
          ic12: 64,
          ic07: 128,
          ic13: 256,
          ic08: 256,
          ic14: 512,
          ic09: 512,
          ic10: 1024,
        }).map(([type, size]) => ({ type, data: app(size) })),
      ),
    ],
  ]);
  for (const state of trayStates) {
    for (const [panel, colour] of Object.entries(trayColours)) {
      for (const size of [16, 32])
        files.set(`tray/${state}-${panel}-${size}.png`, png(`tray/${state}.svg`, size, colour));
    }
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const stale = [];
  mkdirSync(join(folder, "tray"), { recursive: true });
  for (const [path, data] of drawIcons()) {
    const target = join(folder, path);
    if (!check) writeFileSync(target, data);
    else if (!sameBytes(target, data)) stale.push(path);
  }
  if (stale.length > 0) {
    console.error(`not drawn from the sources: ${stale.join(", ")}. Run \`npm run icons\` in ui/.`);
    process.exit(1);
  }
}

function sameBytes(path, data) {
  try {
    return readFileSync(path).equals(data);
  } catch {
    return false;
  }
}
