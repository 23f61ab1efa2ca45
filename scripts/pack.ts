/**
 * Makes the two packages that can be installed: `bellwether`, the service, and `bellwether-client`, which applications install
 * and which brings no dependency. `npm run pack [folder]`; the folder is `packages` unless named.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CLIENT_README } from "./client-readme.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIENT = join(ROOT, "dist", "client");

interface Manifest {
  readonly version: string;
  readonly license: string;
}

function clientManifest({ version, license }: Manifest): object {
  return {
    name: "bellwether-client",
    version,
    description: "Sends events to Bellwether, and records the requests of a Hono application.",
    license,
    type: "module",
    sideEffects: false,
    main: "./client.js",
    types: "./client.d.ts",
    exports: {
      ".": { types: "./client.d.ts", default: "./client.js" },
      "./hono": { types: "./hono.d.ts", default: "./hono.js" },
      "./package.json": "./package.json",
    },
    engines: { node: ">=18" },
    peerDependencies: { hono: ">=4.0.0" },
    peerDependenciesMeta: { hono: { optional: true } },
  };
}

/** What `bellwether-client` consists of, in a folder of its own. */
function assembleClient(folder: string): void {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
  for (const name of readdirSync(CLIENT)) {
    if (name.endsWith(".js") || name.endsWith(".d.ts")) {
      const text = readFileSync(join(CLIENT, name), "utf8");
      writeFileSync(join(folder, name), text.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"));
    }
  }
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "README.md"), CLIENT_README);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(clientManifest(manifest), null, 2)}\n`);
}

/** Answers the path of the package. */
function pack(from: string, into: string): string {
  const words = ["pack", "--silent", "--pack-destination", into];
  const output = execFileSync("npm", words, { cwd: from, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return join(into, output.trim().split("\n").at(-1) ?? "");
}

const into = resolve(process.argv[2] ?? join(ROOT, "packages"));
mkdirSync(into, { recursive: true });
const service = pack(ROOT, into);
const folder = mkdtempSync(join(tmpdir(), "bellwether-client-"));
try {
  assembleClient(folder);
  console.log(`${service}\n${pack(folder, into)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
