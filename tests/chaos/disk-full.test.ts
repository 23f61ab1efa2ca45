import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/server.ts";

interface Figures {
  readonly acknowledgedWhenFull: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly codesWhileFull: readonly string[];
  readonly backAfterMs: number;
}

/** Runs on a disk of its own of 160 MB, which goes when the process does. */
async function fillDisk(settings: Record<string, string>): Promise<Figures> {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  const script = join(import.meta.dirname, "scripts", "disk-full.ts");
  const mounted = 'mount -t tmpfs -o size=160m none "$0" && exec "$@"';
  const words = [process.execPath, "--import", import.meta.resolve("tsx"), script, folder, JSON.stringify(settings)];
  const child = spawn("unshare", ["--map-root-user", "--mount", "sh", "-c", mounted, folder, ...words]);
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
  await once(child, "close");
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(output);
  return JSON.parse(line) as Figures;
}

test.for([
  ["when the tables fill it", { max_wal_size: "32MB", min_wal_size: "32MB" }],
  ["when PostgreSQL's own log fills it", {}],
] as const)(
  "a full disk is storage_full, loses nothing acknowledged and heals by itself: %s",
  async ([cause, settings]) => {
    const figures = await fillDisk(settings);
    console.log(JSON.stringify({ promise: "G6", cause, ...figures }));
    expect(figures.acknowledgedWhenFull).toBeGreaterThan(0);
    expect(figures.codesWhileFull).toContain("storage_full");
    expect(["database_unavailable", "storage_full"]).toEqual(expect.arrayContaining([...figures.codesWhileFull]));
    expect(figures.acknowledged).toBeGreaterThan(figures.acknowledgedWhenFull);
    expect(figures.stored).toBe(figures.acknowledged);
  },
);
