import { defineConfig } from "vitest/config";

/** The tests of pure code alone, for `npm run mutate`: no database, so that a thousand mutants can be tried in minutes. */
export default defineConfig({
  test: {
    include: [
      "tests/rollup/{account,latency-bucket,person}.test.ts",
      "tests/tickets/ticket-log.test.ts",
      "tests/metrics/{catalogue,format,numbers,window-arithmetic}.test.ts",
    ],
    env: { TZ: "America/Los_Angeles" },
    setupFiles: ["tests/support/seed.ts"],
  },
});
