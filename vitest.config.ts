import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/browser/**", "tests/chaos/**"],
    globalSetup: ["tests/support/build.ts", "tests/support/global-setup.ts"],
    env: { TZ: "America/Los_Angeles" },
    setupFiles: ["tests/support/seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What must come to be is waited for; the usual second is short for a busy machine.
    expect: { poll: { timeout: 20_000 } },
  },
});
