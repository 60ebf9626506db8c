import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "@/locales/en";
import { zhCN } from "@/locales/zh-CN";

const generated = readFileSync(new URL("../src/api/generated.ts", import.meta.url), "utf8");

/** The words of a union of the contract: `"a" | "b"`, or the tag of each of its variants. */
function codes(type: string, tag?: string): string[] {
  const body = new RegExp(`export type ${type} =([^;]*(?:\\{[^}]*\\}[^;]*)*);`).exec(generated)?.[1];
  if (body === undefined) throw new Error(`${type} is not in the contract`);
  const word = tag === undefined ? /"([^"]+)"/g : new RegExp(`\\b${tag}: "([^"]+)"`, "g");
  const found = [...body.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(word)].map(([, code]) => code ?? "");
  if (found.length === 0) throw new Error(`${type} has no codes`);
  return found;
}

/** Where the words of each kind of code stand; with a tail where there are several for one. */
const places: [type: string, path: string, tails?: string[], tag?: string][] = [
  ["ErrorCode", "domain.error", ["what", "next"]],
  ["PolicyProblemCode", "domain.problem", ["what", "next"]],
  ["GateCode", "domain.gate"],
  ["GateCode", "domain.gateMend"],
  ["ImageState", "domain.state"],
  ["Step", "domain.step"],
  ["Mode", "domain.mode"],
  ["Mode", "domain.modeMeans"],
  ["CredentialPlace", "domain.place"],
  ["DiagnosisCode", "diagnosis", ["title", "means"]],
  ["Severity", "onboarding.severity"],
  ["PassedOverCode", "timeline.reason"],
  ["Wait", "inbox.group"],
  ["Wait", "inbox.hint"],
  ["NextKind", "images.next"],
  ["Health", "sources.health"],
  ["TestKind", "sources.step"],
  ["ReleaseState", "releases.state"],
  ["ReleaseState", "review.state"],
  ["TrailKind", "releases.step"],
  ["TrailState", "releases.stepState"],
  ["NoUndo", "releases.whyNoUndo"],
  ["CheckKind", "review.check"],
  ["CheckState", "review.gateState"],
  ["Freshness", "review.fresh"],
  ["MessageOrigin", "review.from"],
  ["WhyState", "policy.why.state"],
  ["WhyFacts", "policy.why.step", undefined, "step"],
  ["WhyFacts", "policy.why.mend", undefined, "step"],
  ["NotificationKind", "settings.told"],
  ["NotificationKind", "shell.notification"],
  ["ReadingStage", "onboarding.stage", undefined, "stage"],
];

/** A next action whose cell says something else than its name, and a kind that obeys the switch of another. */
const elsewhere = new Set(["images.next.paused", "settings.told.stuck"]);

function has(texts: object, path: string): boolean {
  let at: unknown = texts;
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  for (const part of parts) at = (at as Record<string, unknown> | undefined)?.[part];
  return Object.keys((at as object | undefined) ?? {}).some((key) => key === last || key === `${last}_other`);
}

test.each([
  ["English", en],
  ["简体中文", zhCN],
] as const)("every code of the engine has words in %s", (_, texts) => {
  const missing = places.flatMap(([type, path, tails, tag]) =>
    codes(type, tag)
      .flatMap((code) => (tails ?? [""]).map((tail) => [path, code, tail].filter(Boolean).join(".")))
      .filter((wanted) => !has(texts, wanted) && !elsewhere.has(wanted)),
  );
  expect(missing).toEqual([]);
});
