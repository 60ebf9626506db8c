import i18next from "i18next";
import { beforeAll, describe, expect, test } from "vitest";
import { en } from "@/locales/en";
import { zhCN } from "@/locales/zh-CN";
import { joinClauses, joinSentences, listNames } from "./list";

beforeAll(() => i18next.init({ lng: "en", ns: ["common"], resources: { en, "zh-CN": zhCN } }));

describe.each([
  ["en", "nginx, redis, flask", "3 in range, 1 cooling"],
  ["zh-CN", "nginx、redis、flask", "3 in range，1 cooling"],
])("%s", (language, names, clauses) => {
  beforeAll(async () => {
    await i18next.changeLanguage(language);
  });

  test("parts names and statements as it does", () => {
    expect(listNames(["nginx", "redis", "flask"])).toBe(names);
    expect(joinClauses(["3 in range", "1 cooling"])).toBe(clauses);
  });

  test("leaves out what is empty or not there", () => {
    expect(listNames(["nginx", "", null, undefined, false])).toBe("nginx");
    expect(joinClauses([])).toBe("");
  });
});

test.each([
  [["Refused.", "Sign in again."], "Refused. Sign in again."],
  [["凭据被拒绝。", "请重新登录。"], "凭据被拒绝。请重新登录。"],
  [["denied", "请重新登录。"], "denied 请重新登录。"],
])("%j are set behind each other", (parts, expected) => {
  expect(joinSentences(parts)).toBe(expected);
});
