import { expect, test } from "vitest";
import { formatFilter, isEmpty, parseFilter, passes } from "./filter";

const keys = ["state", "repo", "policy"];

test("tokens and words are told apart, quotes hold spaces, unknown keys stay words", () => {
  expect(parseFilter('state:ready api repo:"my fleet" sha256:abc', keys)).toEqual({
    tokens: [
      { key: "state", value: "ready" },
      { key: "repo", value: "my fleet" },
    ],
    text: "api sha256:abc",
  });
});

test("what is printed reads back as the same filter", () => {
  for (const text of ["", "api", "state:ready", 'state:ready repo:"my fleet" some words', "a:b:c"]) {
    const filter = parseFilter(text, keys);
    expect(parseFilter(formatFilter(filter), keys)).toEqual(filter);
  }
});

test("an empty key or value is no token", () => {
  expect(parseFilter("state: :ready", keys)).toEqual({ tokens: [], text: "state: :ready" });
  expect(isEmpty(parseFilter("   ", keys))).toBe(true);
});

const row = { state: ["ready"], repo: ["fleet", "shop"], policy: ["flask-app"] };
const finds = (text: string) => passes(parseFilter(text, keys), row, ["flask-app", "docker.io/acme/flask-app"]);

test.each([
  ["", true],
  ["state:ready", true],
  ["state:READY", true],
  ["state:held", false],
  ["state:held state:ready", true],
  ["state:ready repo:bank", false],
  ["repo:shop", true],
  ["acme flask", true],
  ["acme redis", false],
  ["state:ready redis", false],
])("%s", (text, expected) => {
  expect(finds(text)).toBe(expected);
});
