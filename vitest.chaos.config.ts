import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

export default mergeConfig(
  { test: { globalSetup: base.test?.globalSetup ?? [], env: base.test?.env ?? {}, hookTimeout: 120_000 } },
  defineConfig({ test: { include: ["tests/chaos/**/*.test.ts"], testTimeout: 300_000, fileParallelism: false } }),
);
