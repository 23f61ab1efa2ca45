import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

export default mergeConfig(
  { test: { globalSetup: base.test?.globalSetup ?? [], env: base.test?.env ?? {}, testTimeout: 60_000 } },
  defineConfig({ test: { include: ["tests/browser/**/*.test.ts"] } }),
);
