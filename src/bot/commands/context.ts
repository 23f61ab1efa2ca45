import type { Clock } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Database } from "../../db/client.ts";
import type { Details } from "../../metrics/read/details.ts";
import type { Overviews } from "../../metrics/read/overviews.ts";
import type { FreshnessJudge } from "../../metrics/freshness/freshness.ts";
import type { Exporter } from "../../metrics/export/exporter.ts";
import type { Reader } from "../../metrics/read/reader.ts";
import type { Surveys } from "../../surveys/surveys.ts";
import type { WaveBook } from "../../surveys/wave-book.ts";
import type { Subscriptions } from "../digest/subscriptions.ts";
import type { AccessBook } from "../permission/access-book.ts";
import type { Pollster } from "../surveys/pollster.ts";

/** What commands work with. */
export interface CommandContext {
  readonly db: Pick<Database, "read">;
  readonly reader: Reader;
  readonly overviews: Overviews;
  readonly details: Details;
  /** Absent: whether numbers are whole is not judged. */
  readonly freshness?: FreshnessJudge;
  readonly accessBook: AccessBook;
  readonly clock: Clock;
  readonly workspace: Workspace;
  /** A command line that sends the first event, shown while there is none. */
  readonly firstEvent: string;
}

/** What gives rows needs this too. */
export interface ExportContext extends CommandContext {
  readonly exporter: Exporter;
}

/** Commands that change digests need this too. */
export interface DigestContext extends CommandContext {
  readonly subscriptions: Subscriptions;
}

/** Commands that ask people need these too. */
export interface AskingContext extends DigestContext, ExportContext {
  readonly surveys: Surveys;
  readonly waves: Pick<WaveBook, "add" | "active" | "stop">;
  /** `slack:U123`, who follows up low answers; null: nobody. */
  readonly followUpOwner: string | null;
  readonly pollster: Pick<Pollster, "post" | "close" | "membersOf">;
}
