import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What a service leaves word of while it runs, for commands that look for it. No secrets. */
const NOTE = z.object({
  pid: z.number().int().positive(),
  /** Absolute path of the embedded database's folder; null when it uses a server of its owner. */
  data_dir: z.string().max(4_000).nullable(),
  /** Host and name of the database of its owner, without user and password; null when it is embedded. */
  database: z.string().max(4_000).nullable(),
  /** Without a slash at the end; null when it serves no HTTP. */
  address: z.string().max(500).nullable(),
  demo: z.boolean(),
});

export type RunningService = z.infer<typeof NOTE>;

/** Of this user alone; other users' services are not looked for. */
function notesFolder(): string {
  return join(tmpdir(), `bellwether-running-${process.getuid?.() ?? 0}`);
}

/** Whether the folder is ours: anybody may make one of that name in a temporary folder. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
}

/** Leaves word of a service; answers how to take it back. A note that cannot be left is no reason not to start. */
export async function leaveNote(service: RunningService): Promise<() => Promise<void>> {
  const folder = notesFolder();
  const path = join(folder, `${service.pid}.json`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (await isOwn(folder)) await writeFile(path, JSON.stringify(service), { mode: 0o600 });
  } catch {
    return async () => {};
  }
  return () => rm(path, { force: true });
}

/** The services of this user that run now, demos included. What was left behind by dead ones is removed. */
export async function runningServices(): Promise<RunningService[]> {
  const folder = notesFolder();
  if (!(await isOwn(folder))) return [];
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map((name) => readNote(join(folder, name))),
  );
  return found.filter((service) => service !== null);
}

async function readNote(path: string): Promise<RunningService | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const note = NOTE.safeParse(parsed(text));
  if (note.success && (await runs(note.data.pid))) return note.data;
  await rm(path, { force: true }).catch(() => {});
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a process has this id and, where that can be seen, is a node program: ids are used again. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  return command === null || /(?:main|bellwether)(?:\.[jt]s)?\0/.test(command);
}
