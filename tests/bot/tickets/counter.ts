import type { Command } from "../../../src/bot/command.ts";
import type { ChatEvents, ThreadRef } from "../../../src/bot/conversation.ts";
import type { ChatPlatform } from "../../../src/bot/platform.ts";
import { ticketEvents } from "../../../src/bot/tickets/listening.ts";
import { createTicketCommands } from "../../../src/bot/tickets/ticket-commands.ts";
import { createTicketing, type Ticketing } from "../../../src/bot/tickets/ticketing.ts";
import { OPEN_GATE, type Gate } from "../../../src/bot/permission/gate.ts";
import type { SupportSettings } from "../../../src/bot/tickets/ticketing-parts.ts";
import { systemClock, Temporal } from "../../../src/core/time.ts";
import { createIntake } from "../../../src/events/intake.ts";
import { createOverviews } from "../../../src/metrics/read/overviews.ts";
import { createReader } from "../../../src/metrics/read/reader.ts";
import { createDesk } from "../../../src/tickets/desk.ts";
import { DEFAULT_TARGETS } from "../../../src/tickets/targets.ts";

import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { SILENT } from "../../support/silent.ts";
import { workspace } from "../support/made-up-numbers.ts";

/** All events are lost. */
export const SILENCE = { lost: 1, doubled: 0, delayed: 0, random: () => 0 };

export const TIME_ZONE = "Europe/Berlin";

export const USUAL: SupportSettings = {
  team: [],
  promises: { targets: DEFAULT_TARGETS, hours: null },
  announceIn: null,
  closeAfterDays: 7,
};

/** Time that only goes as it does, or stands still at `start`, and is moved on by hand. */
export function movableClock(start?: string) {
  let offsetMinutes = 0;
  const present = () => (start === undefined ? systemClock.now() : Temporal.Instant.from(start));
  return {
    now: () => present().add({ minutes: offsetMinutes }),
    passMinutes: (minutes: number) => void (offsetMinutes += minutes),
  };
}

type MovableClock = ReturnType<typeof movableClock>;

interface InstanceParts {
  readonly db: TestDatabase;
  readonly clock: MovableClock;
  readonly platforms: readonly ChatPlatform[];
  readonly settings?: SupportSettings;
  /** What may be shown in threads; all of it without one. */
  readonly gate?: Gate;
}

/** What one instance of the program has. */
export function instanceOf({ db, clock, platforms, settings = USUAL, gate = OPEN_GATE }: InstanceParts) {
  const intake = createIntake({ db, clock, workspace });
  const desk = createDesk({ db, clock, intake });
  const reader = createReader({ db, clock, workspace });
  const overviews = createOverviews({ db, clock, workspace, reader });
  const ticketing = createTicketing({
    db,
    desk,
    overviews,
    settings,
    timeZone: TIME_ZONE,
    currency: workspace.currency,
    gate,
    platforms,
    clock,
    log: SILENT,
  });
  const commands: readonly Command[] = createTicketCommands(ticketing);
  return { ticketing, commands, ...witnessed(ticketEvents(ticketing)) };
}

/** The same listeners, and a way to wait for what they do. */
function witnessed(events: ChatEvents) {
  let waiting: (() => void)[] = [];
  let running = 0;
  const told =
    <T>(listener: ((told: T) => Promise<void>) | undefined) =>
    async (what: T) => {
      running += 1;
      await listener?.(what).finally(() => {
        running -= 1;
        for (const go of waiting.splice(0)) go();
      });
    };
  return {
    events: {
      ready: told(events.ready),
      reactionsChanged: told(events.reactionsChanged),
      threadChanged: told(events.threadChanged),
    } satisfies ChatEvents,
    isBusy: () => running > 0,
    /** Resolves when `look` finds what it looks for; it looks again whenever something that was told is dealt with. */
    async until(look: () => Promise<boolean>): Promise<void> {
      for (;;) {
        const next = new Promise<void>((resolve) => waiting.push(resolve));
        if (await look()) return;
        await next;
      }
    },
  };
}

export interface FilledForm {
  readonly held: Readonly<Record<string, string>>;
  readonly answer: string;
}

export interface Post {
  readonly channel: string;
  /** Null where the platform has no channel beside it. */
  readonly thread: string | null;
  readonly wire: string;
}

export interface Saying {
  readonly author?: string;
  readonly thread?: ThreadRef;
}

/** A team and its customer in a chat, and the program that listens. */
export interface Counter {
  readonly platform: ChatPlatform;
  readonly db: TestDatabase;
  readonly clock: MovableClock;
  readonly ticketing: Ticketing;
  readonly channel: string;
  /** Who waits, and somebody of the team. */
  readonly dana: string;
  readonly kim: string;
  until(look: () => Promise<boolean>): Promise<void>;
  /** Resolves with the id. Without a thread it stands in the channel. */
  say(text: string, saying?: Saying): Promise<string>;
  rewrite(id: string, text: string, saying: Saying): Promise<void>;
  takeBack(id: string, saying: Saying): Promise<void>;
  react(id: string, emoji: string, person: string, thread?: ThreadRef): Promise<void>;
  /** The words of the answers to so many clicks on "Open support ticket", all at once; each form is sent as it opened. */
  choose(id: string, person: string, clicks?: number): Promise<string[]>;
  /** One click, whose form is changed before it is sent: what the form held, and the answer. */
  fill(id: string, person: string, written: Readonly<Record<string, string>>): Promise<FilledForm>;
  /** "ticket priority", by name of the options. */
  command(path: string, options: Readonly<Record<string, string>>, person: string): Promise<string>;
  /** Presses the button of that label on the ticket's card. */
  press(label: string, ticketId: string, person: string): Promise<string>;
  read(place: ThreadRef | { readonly channel: string }): Promise<readonly string[]>;
  /** What the bot posted in places, as it went over the wire; answers to a person alone are not in it. */
  posts(): readonly Post[];
  /** The next two requests for a page of a thread are answered with "wait 0 s". */
  makeBusy(): void;
  /** From now on no event reaches the bot. */
  deafen(): void;
  stop(): Promise<void>;
}

export type StartCounter = (settings?: SupportSettings, clock?: MovableClock) => Promise<Counter>;

export const freshDatabase = createTestDatabase;

/** The thread of a ticket. */
export async function threadOf({ ticketing, platform }: Counter, ticketId: string): Promise<ThreadRef> {
  const { thread } = await ticketing.desk.find(ticketId);
  if (thread === null) throw new Error("the ticket has no thread");
  return { platform: platform.name, channel: thread.channel, thread: thread.thread };
}
