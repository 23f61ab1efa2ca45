// The package of the service carries the exact versions that it was tested with, so that `npm ci` works in it too. npm packs no
// package-lock.json, but the same file as npm-shrinkwrap.json. `add` runs before packing, `remove` after it.
import { copyFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SHRINKWRAP = join(ROOT, "npm-shrinkwrap.json");

if (process.argv[2] === "add") copyFileSync(join(ROOT, "package-lock.json"), SHRINKWRAP);
else rmSync(SHRINKWRAP, { force: true });
