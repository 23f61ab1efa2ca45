// Compiles `src` into `dist` when something has changed since the last time. It runs before `npm start` and before each
// `npm run cli`, so it must cost next to nothing when there is nothing to do. An installed package has no `src`: it is built.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const [SRC, DIST] = [join(ROOT, "src"), join(ROOT, "dist")];
const STAMP = join(DIST, ".built");
const OLDEST_NODE = [20, 20];

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  refuse(
    `Bellwether needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}. Install a newer Node.`,
  );
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Changes when a source is added, changed or removed. */
function stateOfSources() {
  const configs = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"].map((name) => join(ROOT, name));
  return [...filesIn(SRC), ...configs.filter((path) => existsSync(path))]
    .map((path) => {
      const { mtimeMs, size } = statSync(path);
      return `${relative(ROOT, path)} ${mtimeMs} ${size}`;
    })
    .sort()
    .join("\n");
}

function compiler() {
  try {
    return createRequire(import.meta.url)
      .resolve("typescript/package.json")
      .replace(/package\.json$/, "bin/tsc");
  } catch {
    return null;
  }
}

/** What is left of sources that are gone must not be run or packed. */
function removeLeftovers() {
  for (const path of filesIn(DIST)) {
    const source = relative(DIST, path).replace(/\.(?:js\.map|js|d\.ts)$/, ".ts");
    if (source.endsWith(".ts") && !existsSync(join(SRC, source))) rmSync(path, { force: true });
  }
}

function build() {
  if (!existsSync(SRC)) return;
  const state = stateOfSources();
  const known = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : null;
  if (known === state) return;
  const tsc = compiler();
  if (tsc === null) {
    refuse(
      known === null
        ? "Bellwether is not built yet, and the TypeScript compiler is not installed. Run `npm ci` without --omit=dev."
        : "The sources have changed since the last build, and the TypeScript compiler is not installed. Run `npm ci` without --omit=dev.",
    );
  }
  const { status } = spawnSync(process.execPath, [tsc, "-p", join(ROOT, "tsconfig.build.json")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  removeLeftovers();
  mkdirSync(DIST, { recursive: true });
  writeFileSync(STAMP, state);
}

checkNode();
build();
