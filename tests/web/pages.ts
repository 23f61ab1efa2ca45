import { pino } from "pino";
import type { Hono } from "hono";
import type { Reader } from "../../src/metrics/read/reader.ts";
import { createWeb } from "../../src/web/web.ts";
import { clock, madeUpReader, workspace } from "./made-up-numbers.ts";

interface Watch {
  readonly onError?: (fields: unknown) => void;
}

const noSession = () => Promise.reject(new Error("a demo has no sessions"));

/** Pages that are open to all, of made-up numbers; parts of the reader can be replaced. */
export function demoPages(replaced: Partial<Reader> = {}, { onError }: Watch = {}): Hono {
  const silent = pino({ level: "silent" });
  return createWeb({
    reader: madeUpReader(replaced),
    access: {
      admit: () => Promise.reject(new Error("a demo asks for no key")),
      sessions: { begin: noSession, open: noSession, end: noSession },
    },
    clock,
    workspace,
    log: {
      ...silent,
      debug: silent.debug,
      info: silent.info,
      warn: silent.warn,
      error: (fields: unknown) => onError?.(fields),
    },
    demo: true,
    publicUrl: () => "http://localhost:3000",
    addressOf: () => "192.0.2.1",
  });
}

/** What a reader of the page sees: tags become spaces, entities their characters. */
export function textOf(page: string): string {
  return page
    .replaceAll(/<(style|title|head)[^]*?<\/\1>/g, " ")
    .replaceAll(/<\/?code>/g, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}
