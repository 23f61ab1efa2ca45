import { describeError, type Log } from "../../core/log.ts";
import type { Clock, Window } from "../../core/time.ts";
import type { WindowAsked } from "../../core/window-wish.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Database } from "../../db/client.ts";
import type { CopiedText } from "../../db/copy-out.ts";
import { askedAt } from "../read/asked.ts";
import { exportStatement, type Exportable, type ExportFormat } from "./export-store.ts";

export interface ExportWish {
  readonly what: Exportable;
  readonly format: ExportFormat;
  /** Local days that are over. */
  readonly days: WindowAsked;
}

export interface Exporter {
  /** "usage-2026-10-21-to-2026-11-19.csv". As all else here it throws `Problem` `invalid_window` when no complete day is meant. */
  nameOf(wish: ExportWish): string;
  windowOf(wish: Pick<ExportWish, "days">): Window;
  /**
   * All rows, as of one moment and in no promised order, however many: they are read from the database as they are taken from
   * here. What fails at once rejects here, what fails later at `next`. One `reader` may have two under way.
   */
  open(wish: ExportWish, reader?: string): Promise<CopiedText>;
}

interface ExporterParts {
  readonly db: Pick<Database, "copyOut">;
  readonly clock: Clock;
  readonly workspace: Pick<Workspace, "timeZone" | "currency">;
  readonly log: Log;
}

export function createExporter({ db, clock, workspace, log }: ExporterParts): Exporter {
  const windowOf = (days: WindowAsked) => askedAt(clock.now(), workspace, days, "none").window;
  return {
    nameOf({ what, format, days }) {
      const { start, end } = windowOf(days);
      return `${what}-${start.toString()}-to-${end.toString()}.${format}`;
    },
    windowOf: ({ days }) => windowOf(days),
    async open({ what, format, days }, reader) {
      const statement = exportStatement({ what, format, window: windowOf(days), workspace });
      const text = await db.copyOut.open(statement, reader);
      return watched(format === "json" ? asArray(text) : text, (thrown) => {
        log.warn({ what, error: describeError(thrown) }, "An export ended before it was whole.");
      });
    },
  };
}

/** Tells the log when the rest cannot be had; the reader hears it too. */
function watched(text: CopiedText, onFailure: (thrown: unknown) => void): CopiedText {
  return {
    async next() {
      try {
        return await text.next();
      } catch (thrown) {
        onFailure(thrown);
        throw thrown;
      }
    },
    close: text.close,
  };
}

/** Lines with a comma before each become an array. */
function asArray(text: CopiedText): CopiedText {
  let at: "start" | "rows" | "end" = "start";
  return {
    async next() {
      if (at === "end") return null;
      const bytes = await text.next();
      const isFirst = at === "start";
      at = bytes === null ? "end" : "rows";
      if (bytes === null) return Buffer.from(isFirst ? "[]\n" : "]\n");
      return isFirst ? Buffer.concat([Buffer.from("[\n"), bytes.subarray(1)]) : bytes;
    },
    close: text.close,
  };
}
