import { expect, test } from "vitest";
import { sentence, tightHan, withoutAddress } from "./sentence";

test.each([
  ["mend the cause, then try it again", "Mend the cause, then try it again"],
  ["no ImagePolicy is here", "No ImagePolicy is here"],
  ["semver", "Semver"],
  ["flux-system/app has no marker", "flux-system/app has no marker"],
  ["ghcr.io/acme/app: denied", "ghcr.io/acme/app: denied"],
  ["https://github.com/acme/edge.git: refused", "https://github.com/acme/edge.git: refused"],
  ["Already one", "Already one"],
  ["凭据被拒绝", "凭据被拒绝"],
  ["", ""],
])("%s → %s", (text, expected) => {
  expect(sentence(text)).toBe(expected);
});

test.each([
  ["https://github.com/acme/edge.git: the push was refused: denied", "the push was refused: denied"],
  ["ssh://git@host:22/a.git: no route", "no route"],
  ["the push was refused: https://x", "the push was refused: https://x"],
])("%s without its address", (text, expected) => {
  expect(withoutAddress(text)).toBe(expected);
});

test.each([
  ["窗口于 周六 02:00 打开", "窗口于周六 02:00 打开"],
  ["周一 起", "周一起"],
  ["于 02:00 打开", "于 02:00 打开"],
  ["The window opens Sat 02:00", "The window opens Sat 02:00"],
])("%s is set tight", (text, expected) => {
  expect(tightHan(text)).toBe(expected);
});
