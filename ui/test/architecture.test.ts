import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

interface File {
  path: string;
  text: string;
  /** Paths below `src`, or the names of packages. */
  imports: string[];
}

const files: File[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(source, path), "utf8");
    const names = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, name = ""]) => name);
    const imports = names.map((name) => {
      if (name.startsWith("@/")) return name.slice(2);
      return name.startsWith(".") ? relative(source, resolve(source, dirname(path), name)) : name;
    });
    return { path, text, imports };
  });

/** Everything that breaks a rule, as "file imports name". */
function offenders(inFolder: string, isForbidden: (name: string, file: File) => boolean): string[] {
  return files
    .filter((file) => file.path.startsWith(inFolder))
    .flatMap((file) =>
      file.imports.filter((name) => isForbidden(name, file)).map((name) => `${file.path} imports ${name}`),
    );
}

test("there is something to look at", () => {
  expect(files.length).toBeGreaterThan(50);
});

test("features don't import each other, nor the app around them", () => {
  const own = (file: File) => file.path.split("/").slice(0, 2).join("/");
  expect(
    offenders(
      "features/",
      (name, file) => name.startsWith("app/") || (name.startsWith("features/") && !name.startsWith(`${own(file)}/`)),
    ),
  ).toEqual([]);
});

test("components and lib know no domain", () => {
  const domain = /^(api|domain|features|app)\//;
  expect(offenders("components/", (name) => domain.test(name))).toEqual([]);
  expect(offenders("lib/", (name) => domain.test(name) || name.startsWith("components/"))).toEqual([]);
});

test("what screens share knows no screen, and the contract's side knows no picture", () => {
  expect(offenders("domain/", (name) => /^(features|app)\//.test(name))).toEqual([]);
  expect(offenders("api/", (name) => /^(domain|components|features|app)\//.test(name))).toEqual([]);
});

test("the timeline is drawn from plain data and its layout from nothing but numbers", () => {
  expect(offenders("features/policy/timeline/", (name) => /^(api|domain|app)\//.test(name))).toEqual([]);
  expect(
    offenders(
      "features/policy/timeline/layout/",
      (name) => !name.startsWith("features/policy/timeline/") && name !== "d3-time" && name !== "vitest",
    ),
  ).toEqual([]);
});

test("one file knows of Tauri, and none of the network but the test host's transport", () => {
  const knowing = files.filter((file) => file.imports.some((name) => name.startsWith("@tauri-apps")));
  expect(knowing.map((file) => file.path)).toEqual(["api/transport-tauri.ts"]);
  const fetching = files.filter((file) => /\bfetch\(|new (EventSource|WebSocket|XMLHttpRequest)\(/.test(file.text));
  expect(fetching.map((file) => file.path)).toEqual(["api/transport-http.ts"]);
});

test("colours are named, and text is never markup", () => {
  const literal = files.filter((file) => /["'`( ]#[0-9a-fA-F]{3,8}\b["'`);]|rgba?\(|hsla?\(/.test(file.text));
  expect(literal.map((file) => file.path)).toEqual([]);
  const markup = files.filter((file) => /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML/.test(file.text));
  expect(markup.map((file) => file.path)).toEqual([]);
});

test("what people read is listed as their language does", () => {
  // A comma between texts is written by `lib/list.ts` alone, from the locale: in an array, a template or between two elements.
  const comma =
    /\.join\(\s*["'`]\s*[,，、;；]|\}[,，、;；] ?\$\{|`[,，、;；] ?\$\{|\{["'][,，、;；] ?["']\}|\)\}[,，、;；] ?\{/;
  const own = files.filter((file) => !file.path.endsWith(".test.ts") && comma.test(file.text));
  expect(own.map((file) => file.path)).toEqual([]);
});

test("files stay small", () => {
  const long = files.filter((file) => file.path !== "api/generated.ts" && file.text.split("\n").length > 400);
  expect(long.map((file) => file.path)).toEqual([]);
});
