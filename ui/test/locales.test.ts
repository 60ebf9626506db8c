import { expect, test } from "vitest";
import { en } from "@/locales/en";
import { zhCN } from "@/locales/zh-CN";

/** Every text by its path; the plural forms of one text are one path, because languages have different ones. */
function texts(value: unknown, path = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[path.replace(/_(one|other|zero|two|few|many)$/, ""), value]]);
  const found = new Map<string, string>();
  for (const [key, inner] of Object.entries(value as object)) {
    for (const [innerPath, text] of texts(inner, path === "" ? key : `${path}.${key}`)) found.set(innerPath, text);
  }
  return found;
}

const english = texts(en);
const chinese = texts(zhCN);

test("both languages have the same texts", () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test("a text takes the same values in both", () => {
  const values = (text: string) => [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name))].sort();
  for (const [path, text] of english) {
    const wanted = values(text);
    const given = values(chinese.get(path) ?? "");
    // A singular may leave the number out; everything else must be said.
    expect(
      given.filter((name) => name !== "count"),
      path,
    ).toEqual(wanted.filter((name) => name !== "count"));
  }
});

test("every English plural has both of its forms, and Chinese its one", () => {
  const flat = (value: unknown, path = ""): string[] =>
    typeof value === "string"
      ? [path]
      : Object.entries(value as object).flatMap(([key, inner]) => flat(inner, path === "" ? key : `${path}.${key}`));
  const paths = new Set(flat(en));
  for (const path of paths) {
    if (path.endsWith("_one")) expect(paths.has(path.replace(/_one$/, "_other")), path).toBe(true);
    if (path.endsWith("_other")) expect(paths.has(path.replace(/_other$/, "_one")), path).toBe(true);
  }
  expect(flat(zhCN).filter((path) => path.endsWith("_one"))).toEqual([]);
});

test("Chinese is written and not left in English", () => {
  const same = [...english].filter(
    ([path, text]) => chinese.get(path) === text && /[a-z]{4}/i.test(text.replace(/\{\{.*?\}\}/g, "")),
  );
  // A language names itself in its own words, and a name is a name.
  expect(same.map(([path]) => path).sort()).toEqual([
    "clusters.views.flux",
    "policy.history.bySluice",
    "review.ends.crLf",
    "settings.look.languages.en",
    "shell.action.language.en",
    "sources.credential.kinds.githubApp",
    "sources.exportKey.name",
  ]);
});

test("Chinese leaves a space beside Latin letters and figures, and uses its own marks", () => {
  const han = "\\p{Script=Han}";
  const close = new RegExp(`${han}[A-Za-z0-9{]|[A-Za-z0-9}]${han}`, "u");
  // A value that is Chinese itself brings no space: a span of time ("3 天前"), the name of a screen.
  const exempt = /\{\{(span|what|name|step|text)\}\}/g;
  for (const [path, text] of chinese) {
    if (path.startsWith("shell.action.language")) continue;
    expect(close.test(text.replace(exempt, " ")), `${path}: ${text}`).toBe(false);
    expect(/[\p{Script=Han}][,;:!?]/u.test(text), `${path}: ${text}`).toBe(false);
  }
});

test("nothing begs, shouts or is vague", () => {
  for (const [path, text] of english) {
    expect(/\bplease\b|!|something went wrong|oops/i.test(text), `${path}: ${text}`).toBe(false);
  }
});
