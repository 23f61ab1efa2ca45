import type { Cell } from "./event-row.ts";

/**
 * PostgreSQL's text form of a one-dimensional array. Built here because the driver's own encoding
 * of arrays costs a third of the throughput.
 */
export function bareArray<T>(rows: readonly T[], cellOf: (row: T) => Cell): string {
  let text = "";
  for (const row of rows) {
    const cell = cellOf(row);
    text += cell === null ? ",NULL" : `,${cell}`;
  }
  return `{${text.slice(1)}}`;
}

const NEEDS_ESCAPE = /["\\]/;

/** As `bareArray`, for cells that may hold any character but NUL. */
export function quotedArray<T>(rows: readonly T[], cellOf: (row: T) => Cell): string {
  let text = "";
  for (const row of rows) {
    const cell = cellOf(row);
    if (cell === null) {
      text += ",NULL";
      continue;
    }
    const plain = String(cell);
    text += NEEDS_ESCAPE.test(plain) ? `,"${plain.replaceAll(/["\\]/g, "\\$&")}"` : `,"${plain}"`;
  }
  return `{${text.slice(1)}}`;
}
