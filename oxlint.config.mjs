/**
 * Arrows point down only: a room may import the rooms named here, and the packages that live in it.
 * A package that is named for some room may be imported nowhere else.
 */
const ROOMS = {
  core: { below: [], packages: ["pino", "temporal-polyfill"] },
  db: { below: ["core"], packages: ["postgres"] },
  access: { below: ["core", "db"], packages: [] },
  events: { below: ["core", "db"], packages: [] },
  tickets: { below: ["core", "db", "events"], packages: ["standardwebhooks"] },
  surveys: { below: ["core", "db", "events"], packages: [] },
  metrics: { below: ["core", "db", "events", "tickets"], packages: [] },
  charts: { below: ["core", "metrics"], packages: ["chart.js", "@napi-rs/canvas", "quickchart-js"] },
  api: {
    below: ["core", "db", "access", "events", "tickets", "metrics"],
    packages: ["hono", "@hono/node-server", "@hono/zod-openapi"],
  },
  web: { below: ["core", "db", "access", "metrics", "charts"], packages: ["hono"] },
  bot: { below: ["core", "db", "tickets", "surveys", "metrics", "charts"], packages: [] },
  importing: { below: ["core", "db", "events"], packages: ["csv-parse"] },
  demo: { below: ["core", "db", "events"], packages: [] },
  client: { below: [], packages: [] },
};
const ROOT_FILES = [
  "main",
  "cli",
  "config",
  "chat-config",
  "policy-config",
  "chat",
  "alerts",
  "support",
  "support-config",
  "survey-config",
  "webhook-config",
  "chart-pictures",
  "jobs",
  "service",
];
const OWNED_PACKAGES = [...new Set(Object.values(ROOMS).flatMap((room) => room.packages)), "drizzle-orm"];

const packagePattern = (name) => `^${name.replaceAll(/[/.]/g, "\\$&")}(/|$)`;

function patternsFor(room, { below, packages }) {
  const above = Object.keys(ROOMS).filter((other) => other !== room && !below.includes(other));
  const foreign = OWNED_PACKAGES.filter((name) => !packages.includes(name));
  return [
    {
      regex: `^(\\.\\./)+(${above.join("|")})/`,
      message: `Arrows point down: ${room}/ may import ${below.join(", ") || "nothing of ours"}.`,
    },
    {
      regex: `^(\\.\\./)+(${ROOT_FILES.join("|")})\\.ts$`,
      message: "Only main.ts and cli.ts know every part.",
    },
    ...foreign.map((name) => ({
      regex: packagePattern(name),
      message: `${name} is not imported from ${room}/: see oxlint.config.mjs.`,
    })),
  ];
}

function overrideFor([room, rule]) {
  return {
    files: [`src/${room}/**`],
    rules: { "no-restricted-imports": ["error", { patterns: patternsFor(room, rule) }] },
  };
}

/** `verify` judges the rollups, so it knows none of their code. It asks the reader, whose answers it compares. */
const VERIFY_KNOWS_NO_ROLLUP = {
  files: ["src/metrics/verify/**"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...patternsFor("metrics", ROOMS.metrics),
          { regex: "/(rollup|events|tickets|surveys)/", message: "verify shares no code with what it judges." },
        ],
      },
    ],
  },
};

/** Recounting from the raw rows shares not even the reader's arithmetic. */
const RECOUNT_STANDS_ALONE = {
  files: ["src/metrics/verify/*-store.ts", "src/metrics/verify/{recount,span}.ts"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...patternsFor("metrics", ROOMS.metrics),
          { regex: "/(rollup|read|events|tickets|surveys)/", message: "Recounting shares no code with the engine." },
        ],
      },
    ],
  },
};

const ORACLE_IMPORTS_NOTHING_OF_OURS = {
  files: ["tests/oracle/**"],
  rules: {
    "typescript/no-base-to-string": "off",
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: "^\\.\\./|(^|/)(src|dist)/|^bellwether(/|$)",
            message: "The oracle shares no code with what it judges: it imports its own files and Temporal alone.",
          },
        ],
      },
    ],
  },
};

export default {
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "node"],
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["dist/**", "drizzle/**", "coverage/**"],
  rules: {
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-floating-promises": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "no-unused-vars": [
      "error",
      { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
    ],
    "import/no-cycle": "error",
    "no-console": "error",
    "no-restricted-globals": ["error", { name: "Date", message: "Use Temporal from core/time.ts." }],
    "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    "import/no-unassigned-import": "off",
    "unicorn/no-array-sort": "off",
    "no-await-in-loop": "off",
    // tsc's noImplicitReturns says the same without stumbling over an exhaustive switch.
    "typescript/consistent-return": "off",
    // Our parts are closures: their methods need no this.
    "typescript/unbound-method": "off",
    "no-control-regex": "off",
    "unicorn/no-array-reverse": "off",
    "no-unmodified-loop-condition": "off",
    "unicorn/consistent-function-scoping": "off",
    "import/no-named-as-default-member": "off",
    "typescript/no-unsafe-type-assertion": "off",
  },
  overrides: [
    ...Object.entries(ROOMS).map(overrideFor),
    {
      files: ["src/db/schema/**"],
      rules: {
        "no-restricted-imports": [
          "error",
          { patterns: [{ regex: "^(\\.\\./){2,}", message: "The schema stands alone." }] },
        ],
      },
    },
    {
      // It is installed by other programs and brings no dependency of its own.
      files: ["src/client/**"],
      rules: { "no-restricted-globals": "off" },
    },
    {
      files: ["src/{core,db,access,events,tickets,surveys,metrics,charts,api,web,bot,demo,client}/**"],
      rules: {
        "no-restricted-properties": [
          "error",
          { object: "process", property: "env", message: "Configuration is read in config.ts alone." },
        ],
      },
    },
    {
      files: ["tests/**", "scripts/**", "*.config.*"],
      rules: {
        "typescript/no-base-to-string": "off",
        "typescript/restrict-template-expressions": "off",
        "typescript/no-unnecessary-type-assertion": "off",
        "typescript/no-misused-spread": "off",
        "max-lines-per-function": "off",
        "max-lines": "off",
        "no-console": "off",
        "no-restricted-globals": "off",
      },
    },
    VERIFY_KNOWS_NO_ROLLUP,
    RECOUNT_STANDS_ALONE,
    ORACLE_IMPORTS_NOTHING_OF_OURS,
  ],
};
