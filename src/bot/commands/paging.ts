import type { Option } from "../command.ts";
import type { Button } from "../message.ts";

export const pageOption = {
  kind: "integer",
  description: "page of a long list",
  min: 1,
  max: 1_000,
  fallback: 1,
} as const satisfies Option;

export interface Page {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Whether it is the last because the one that was asked for lies behind it. */
  readonly isBehind?: boolean;
}

interface Found {
  /** Rows on all pages; 0 when the page lies behind the last. */
  readonly total: number;
}

/** The rows of the page that was asked for; of the last when there are not so many. */
export async function readPage<Rows extends Found>(
  number: number,
  size: number,
  read: (range: { readonly skipped: number; readonly limit: number }) => Promise<Rows>,
): Promise<{ readonly page: Page; readonly found: Rows }> {
  const found = await read({ skipped: (number - 1) * size, limit: size });
  const of = Math.max(Math.ceil(found.total / size), 1);
  if (number <= of) return { page: { number, of }, found };
  const { page: first } = found.total === 0 ? await readPage(1, size, read) : { page: { of } };
  const last = await readPage(first.of, size, read);
  return { ...last, page: { ...last.page, isBehind: true } };
}

/** `command` is what is asked, without its page. */
export function pageButtons(command: string, { number, of }: Page): Button[] {
  const to = (label: string, page: number): Button => ({
    label,
    command: `${command} --page ${page}`,
    replaces: true,
  });
  return [
    ...(number > 1 ? [to("Previous page", number - 1)] : []),
    ...(number < of ? [to("Next page", number + 1)] : []),
  ];
}

/** "page 2 of 13", "there are 13 pages, this is the last"; null when there is only one and no other was asked for. */
export function pageText({ number, of, isBehind = false }: Page): string | null {
  if (isBehind) return of === 1 ? "there is 1 page" : `there are ${of} pages, this is the last`;
  return of === 1 ? null : `page ${number} of ${of}`;
}
