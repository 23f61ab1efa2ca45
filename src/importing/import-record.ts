import { createHash } from "node:crypto";

/** One event of a file, or why it is none. `line` is where it begins, counted from 1. */
export type ImportRecord =
  | { readonly line: number; readonly text: string; readonly event: unknown }
  | { readonly line: number; readonly text: string | null; readonly fault: string };

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

interface Given {
  readonly text: string;
  /** Among the records of the file, from 1. */
  readonly place: number;
  readonly type: string | null;
  /** Tells its file from others; null: what is equal in another file is the same. */
  readonly file: string | null;
}

/**
 * The event with `type` and an id where it has none: made of its file, of what the record says and of its place among the
 * records, so that two equal lines count twice, and the same file again counts once. Lines put in before it change its place and
 * so its id.
 */
export function completed(event: unknown, given: Given): unknown {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return event;
  const fields = event as Readonly<Record<string, unknown>>;
  const type = fields["type"] ?? given.type;
  const contents = given.file === null ? given.text : `${given.file} ${given.text}`;
  const id = fields["id"] ?? `import_${hashOf(contents)}_${given.place}`;
  return { ...fields, id, ...(type === null ? {} : { type }) };
}
