import { describeError, type Log } from "../core/log.ts";
import { Problem, sentenceOf } from "../core/problem.ts";
import type { Block, Message } from "./message.ts";

/** What a file holds, bit by bit, so that no more of it is in memory than somebody takes. */
export interface FileBytes {
  /** The next bytes, null at the end. Rejects with `Problem` when the rest cannot be had. */
  next(): Promise<Uint8Array | null>;
  /** Ends it early. Harmless after the end. */
  close(): void;
}

/** A file for whoever asked, and for nobody else: an answer may carry one, what is posted or shared cannot. */
export interface AnswerFile {
  /** A name without folders: "usage-2026-10-21-to-2026-11-19.csv". */
  readonly name: string;
  readonly mediaType: string;
  /** The whole, from its beginning. Rejects with `Problem` when it cannot be had. */
  open(): Promise<FileBytes>;
  /** How to get it where the platform does not take it, in one sentence. */
  readonly elsewhere: string;
}

/** What a platform takes. */
export interface FileLimit {
  readonly most: number;
  /** "Discord takes": who it is that takes no more. */
  readonly whose: string;
}

/** The whole file, or what to say instead of it: too large, or not to be had. Never rejects. */
export async function readWhole(
  file: AnswerFile,
  { most, whose }: FileLimit,
  log: Log,
): Promise<{ readonly bytes: Buffer } | { readonly words: string }> {
  try {
    const bytes = await upTo(file, most);
    if (bytes === null)
      return { words: `The file is larger than the ${most / 1024 ** 2} MiB that ${whose}. ${file.elsewhere}` };
    return bytes.length === 0 ? { words: "The file would be empty." } : { bytes };
  } catch (thrown) {
    if (thrown instanceof Problem) return { words: `There is no file: ${sentenceOf(thrown)}` };
    log.error({ error: describeError(thrown) }, "A file could not be read.");
    return { words: "There is no file, and it is our mistake. The log of Bellwether says why. Try again." };
  }
}

async function upTo(file: AnswerFile, most: number): Promise<Buffer | null> {
  const bytes = await file.open();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await bytes.next(); part !== null; part = await bytes.next()) {
    size += part.length;
    if (size > most) {
      bytes.close();
      return null;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const STEPS = [
  { size: 1_000_000_000, unit: "GB" },
  { size: 1_000_000, unit: "MB" },
  { size: 1_000, unit: "kB" },
] as const;

/** "734 bytes", "12 kB", "1.2 MB". */
export function sizeText(bytes: number): string {
  const step = STEPS.find(({ size }) => bytes >= size);
  if (step === undefined) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const count = bytes / step.size;
  return `${count < 10 && bytes >= 1_000_000 ? count.toFixed(1) : Math.round(count)} ${step.unit}`;
}

/** The message with what became of its file, before the small print. */
export function withWords(message: Message, text: string): Message {
  const found = message.blocks.findIndex(({ kind }) => kind === "note" || kind === "buttons" || kind === "menu");
  const at = found === -1 ? message.blocks.length : found;
  const said: Block = { kind: "text", text };
  return { ...message, blocks: message.blocks.toSpliced(at, 0, said) };
}
