import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./server.ts";

/** A migrations folder of the test's own with these files, in this order. */
export function migrationsFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  const entries = Object.keys(files).map((tag, idx) => ({ idx, version: "7", when: idx, tag, breakpoints: true }));
  mkdirSync(join(folder, "meta"));
  writeFileSync(
    join(folder, "meta", "_journal.json"),
    JSON.stringify({ version: "7", dialect: "postgresql", entries }),
  );
  for (const [tag, statements] of Object.entries(files)) writeFileSync(join(folder, `${tag}.sql`), statements);
  return folder;
}
