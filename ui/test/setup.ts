import { configure } from "@testing-library/react";
import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";
import { startLanguage } from "@/lib/i18n";

// What jsdom lacks of a browser. Nothing of ours is replaced.
class NoResize implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= NoResize;
window.matchMedia ??= (query: string) =>
  ({ matches: query.includes("reduced-motion"), addEventListener: () => {}, removeEventListener: () => {} }) as never;
HTMLCanvasElement.prototype.getContext = (() => null) as never;
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1200 });
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 600 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 600 });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { configurable: true, get: () => 1200 });
Element.prototype.scrollTo ??= () => {};
window.scrollTo = (() => {}) as never;

// A failure says what is missing; the whole document beside it says nothing. A loaded machine takes its time.
configure({ asyncUtilTimeout: 10_000, getElementError: (message) => new Error(message ?? "not found") });

beforeAll(async () => {
  await startLanguage();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
