import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { isGzip, looked, type ImportFormat } from "./first-look.ts";
import { guardedText } from "./text-guard.ts";

export interface OpenFile {
  /** From its beginning, unpacked. Throws `UnreadableFile` at what no import can read. */
  bytes(): AsyncIterable<Buffer>;
  /** How much of it has been read, from 0 to 1; 0 when its size is not known. */
  share(): number;
}

/**
 * A file, or standard input (`path` is null). CSV is looked through as a whole before anything of it is read, because its rows mean
 * nothing when its characters are not known; what is piped can only be looked at on its way.
 */
export async function openFile(path: string | null, format: ImportFormat): Promise<OpenFile> {
  const size = path === null ? 0 : (await stat(path)).size;
  const isPacked = path !== null && (/\.gz$/i.test(path) || (await beginsAsGzip(path)));
  let bytesRead = 0;
  const unpacked = (): Readable => {
    bytesRead = 0;
    const raw: Readable = path === null ? process.stdin : createReadStream(path);
    raw.on("data", (chunk: Buffer) => (bytesRead += chunk.length)).pause();
    return isPacked ? pipeline(raw, createGunzip(), () => {}) : raw;
  };
  // A line of JSON that is not UTF-8 is rejected by itself.
  const guarded = () => (format === "csv" ? guardedText(looked(unpacked(), format)) : looked(unpacked(), format));
  if (path !== null && format === "csv") for await (const chunk of guarded()) void chunk;
  return { bytes: guarded, share: () => (size === 0 ? 0 : bytesRead / size) };
}

async function beginsAsGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return isGzip(buffer);
  } finally {
    await file.close();
  }
}
