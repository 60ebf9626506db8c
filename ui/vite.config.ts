import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The window loads the built files from disk and the browser tests from a test host: everything is local, and no script
// is inline, so that `script-src 'self'` holds.
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 1420, strictPort: true },
  build: {
    target: ["es2022", "chrome111", "safari16.4"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  test: {
    projects: [
      // Pure rules need no document, and making one takes longer than all of them.
      { extends: true, test: { name: "rules", environment: "node", include: ["{src,test}/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          include: ["{src,test}/**/*.test.tsx"],
          setupFiles: ["./test/setup.ts"],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
