import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clipboardPatience, forgetPasted } from "./clipboard";

let content = "";
let mayRead = true;

beforeEach(() => {
  vi.useFakeTimers();
  mayRead = true;
  vi.stubGlobal("navigator", {
    clipboard: {
      readText: async () => {
        if (!mayRead) throw new Error("NotAllowedError");
        return content;
      },
      writeText: async (text: string) => {
        content = text;
      },
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function aMinuteLater(): Promise<void> {
  await vi.advanceTimersByTimeAsync(clipboardPatience);
  // The digest is made on a thread of its own, which no fake clock moves.
  vi.useRealTimers();
  await new Promise((done) => setTimeout(done, 50));
}

test("a pasted secret is gone from the clipboard after a minute", async () => {
  content = "hunter2";
  await forgetPasted("hunter2");
  await vi.advanceTimersByTimeAsync(clipboardPatience - 1);
  expect(content).toBe("hunter2");
  await aMinuteLater();
  expect(content).toBe("");
});

test("what was copied meanwhile stays", async () => {
  content = "hunter2";
  await forgetPasted("hunter2");
  content = "a recipe";
  await aMinuteLater();
  expect(content).toBe("a recipe");
});

test("a clipboard that may not be read is left alone", async () => {
  content = "hunter2";
  mayRead = false;
  await forgetPasted("hunter2");
  await aMinuteLater();
  expect(content).toBe("hunter2");
});
