import { defineConfig } from "vitest/config";

/** The tests that say what the pure parts of the engine must answer, for `npm run mutate`. */
export default defineConfig({
  test: {
    include: [
      "tests/rollup/{account,latency-bucket,person}.test.ts",
      "tests/tickets/ticket-log.test.ts",
      "tests/metrics/*.test.ts",
    ],
    globalSetup: ["tests/support/global-setup.ts"],
    env: { TZ: "America/Los_Angeles" },
    setupFiles: ["tests/support/seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
