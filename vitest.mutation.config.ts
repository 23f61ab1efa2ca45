import { defineConfig } from "vitest/config";

/** The tests that say what the pure parts of the engine must answer, for `npm run mutate`. */
export default defineConfig({
  test: {
    include: [
      "tests/rollup/{account,latency-bucket,person,ticket}.test.ts",
      "tests/metrics/*.test.ts",
      "tests/golden/*.test.ts",
    ],
    globalSetup: ["tests/support/global-setup.ts"],
    env: { TZ: "America/Los_Angeles" },
    setupFiles: ["tests/support/seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
