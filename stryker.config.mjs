/** The pure parts of the engine: what can be judged without a database. */
const PURE = [
  "src/metrics/format.ts",
  "src/metrics/read/{day,exact,histogram,nps-interval,numbers,reading,segments,value,window}.ts",
  "src/metrics/rollup/{account,annual-price,person,subscription}.ts",
  "src/tickets/ticket-log.ts",
];

export default {
  packageManager: "npm",
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts" },
  mutate: PURE,
  // Stryker rewrites a tsconfig.json with TypeScript's old programming interface, which the native compiler does not have.
  tsconfigFile: "no-tsconfig.json",
  coverageAnalysis: "perTest",
  concurrency: 1,
  // A mutant that a busy machine only slows down must not count as caught.
  timeoutMS: 30_000,
  reporters: ["progress-append-only", "clear-text", "json"],
  jsonReporter: { fileName: "coverage/mutation.json" },
  tempDirName: "coverage/stryker",
  ignorePatterns: ["data", "data-demo", "dist", "docs", "coverage"],
};
