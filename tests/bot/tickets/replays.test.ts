import { describe, expect, onTestFinished, test } from "vitest";
import { createInbox } from "../../../src/bot/inbox-store.ts";
import { slackName } from "../../../src/bot/platforms/slack/emoji-names.ts";
import { TICKET } from "../../../src/bot/emoji.ts";
import { roundOfTickets } from "../../../src/bot/tickets/rounds.ts";
import type { EnvelopeType } from "../../support/slack/socket-mode.ts";
import { startSlack, type Route } from "../../support/slack/slack.ts";
import { slackFor } from "../slack/support.ts";
import { freshDatabase, instanceOf, movableClock } from "./counter.ts";

const TIMES = 5;
type Mode = "socket" | "http";
type IsNews = (id: string) => Promise<boolean>;

/** A database, and the program on it, which may be started again. */
async function begin(mode: Mode, forgets = false) {
  const fake = await startSlack();
  const db = await freshDatabase();
  const clock = movableClock();
  const isNews: IsNews = forgets ? async () => true : createInbox(db.intake, "slack").isNews;
  const channel = await fake.channelId("numbers");
  const [dana] = fake.crowd.writers;
  if (dana === undefined) throw new Error("nobody writes");
  const way = mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret };

  async function start() {
    const platform = slackFor(fake, { ...way, isNews });
    const { ticketing, commands, events } = instanceOf({ db, clock, platforms: [platform] });
    await platform.start(commands, events);
    const route: Route = mode === "socket" ? { kind: "socket" } : { kind: "http", handle: platform.handle };
    const deliver = async (type: EnvelopeType, payload: object): Promise<void> => {
      if (route.kind === "socket") return void (await fake.socket.deliver(type, payload));
      expect((await route.handle(fake.requestOf(type, payload))).status).toBe(200);
    };
    const stop = async () => {
      await platform.stop();
      await ticketing.cards.idle();
      await roundOfTickets(ticketing);
    };
    return { route, ticketing, deliver, stop };
  }

  /** The same is delivered five times to one program, and five times more after it was started again. */
  async function overTwoStarts(type: EnvelopeType, payload: object): Promise<void> {
    for (let nth = 0; nth < 2; nth += 1) {
      const program = await start();
      for (let time = 0; time < TIMES; time += 1) await program.deliver(type, payload);
      await program.stop();
    }
  }

  const count = async () => {
    const [row] = await db.read.run(
      (sql) => sql<{ tickets: number; openings: number; last: number }[]>`
        select (select count(*)::int from desk_tickets) as tickets, coalesce((select max(ticket_no) from desk_tickets), 0) as last,
          (select count(*)::int from ticket_events where action = 'opened') as openings`,
    );
    return row;
  };
  const cards = async (thread: string) =>
    (await fake.messages(channel, thread)).filter(({ user }) => user !== dana.id).length;
  onTestFinished(async () => {
    await fake.close();
  });
  return { fake, db, channel, dana: dana.id, start, overTwoStarts, count, cards };
}

describe.each(["socket", "http"] as const)("over %s", (mode) => {
  test("a reaction that is told five times, and again after a new start, opens one ticket with one card", async () => {
    const { fake, channel, dana, overTwoStarts, count, cards } = await begin(mode);
    const ts = await fake.crowd.say(channel, { author: dana, text: "It fails." });
    fake.rooms.react(channel, ts, slackName(TICKET), dana);
    const event = {
      type: "reaction_added",
      user: dana,
      reaction: slackName(TICKET),
      item: { type: "message", channel, ts },
      item_user: dana,
      event_ts: ts,
    };
    await overTwoStarts("events_api", {
      token: "old",
      team_id: "T000000001",
      api_app_id: "A1",
      event,
      type: "event_callback",
      event_id: "EvTheSame",
      event_time: 1,
      authorizations: [],
    });
    expect(await count()).toEqual({ tickets: 1, openings: 1, last: 1 });
    expect(await cards(ts)).toBe(1);
  });

  test("a form that is sent five times, and again after a new start, opens one ticket with one card", async () => {
    const { fake, channel, dana, start, count, cards } = await begin(mode);
    const ts = await fake.crowd.say(channel, { author: dana, text: "It fails." });
    const from = { user: dana, channel };
    const first = await start();
    const asked = fake.choose(first.route, "open_ticket", { ts, user: dana, text: "It fails." }, from);
    const view = await fake.views.next();
    for (let time = 0; time < TIMES; time += 1) await first.deliver("interactive", asked.payload);
    for (let time = 0; time < TIMES; time += 1) await fake.submit(first.route, view, {}, from);
    await first.stop();
    const second = await start();
    for (let time = 0; time < TIMES; time += 1) await fake.submit(second.route, view, {}, from);
    await second.stop();
    expect(fake.views.opened).toHaveLength(1);
    expect(await count()).toEqual({ tickets: 1, openings: 1, last: 1 });
    expect(await cards(ts)).toBe(1);
  });

  const typed = async ({ fake, channel, dana }: Awaited<ReturnType<typeof begin>>) => {
    const { url } = fake.openResponse();
    return fake.slashPayload("/ticket", `open "Export fails"`, url, { user: dana, channel });
  };

  test("a command that is told five times, and again after a new start, opens one ticket, and the next number follows", async () => {
    const rig = await begin(mode);
    await rig.overTwoStarts("slash_commands", await typed(rig));
    expect(await rig.count()).toEqual({ tickets: 1, openings: 1, last: 1 });
    await rig.overTwoStarts("slash_commands", await typed(rig));
    expect(await rig.count()).toEqual({ tickets: 2, openings: 2, last: 2 });
  });

  test("control: without the inbox each delivery of a command opens a ticket of its own", async () => {
    const rig = await begin(mode, true);
    await rig.overTwoStarts("slash_commands", await typed(rig));
    expect(await rig.count()).toEqual({ tickets: 2 * TIMES, openings: 2 * TIMES, last: 2 * TIMES });
  });
});
