import { slackName } from "../../../src/bot/platforms/slack/emoji-names.ts";
import { startSlack, type FakeSlack } from "../../support/slack/slack.ts";
import { heldIn } from "../../support/slack/views.ts";
import { readBlocks, slackFor } from "../slack/support.ts";
import {
  freshDatabase,
  instanceOf,
  movableClock,
  SILENCE,
  threadOf,
  type Counter,
  type StartCounter,
} from "./counter.ts";

interface Element {
  readonly text?: { readonly text: string };
  readonly action_id: string;
  readonly value: string;
}

export function slackCounter(mode: "socket" | "http", started?: FakeSlack): StartCounter {
  return async (settings, clock = movableClock()) => {
    const fake = started ?? (await startSlack());
    const db = await freshDatabase();
    const [dana, kim] = fake.crowd.writers;
    if (dana === undefined || kim === undefined) throw new Error("nobody writes");
    const platform = slackFor(
      fake,
      mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret },
    );
    const instance = instanceOf({ db, clock, platforms: [platform], ...(settings === undefined ? {} : { settings }) });
    await platform.start(instance.commands, instance.events);
    const route =
      mode === "socket" ? ({ kind: "socket" } as const) : ({ kind: "http", handle: platform.handle } as const);
    fake.setRoute(route);
    const channel = await fake.channelId("numbers");
    const counter: Counter = {
      platform,
      db,
      clock,
      ticketing: instance.ticketing,
      channel,
      dana: dana.id,
      kim: kim.id,
      until: instance.until,
      say: (text, { author = dana.id, thread } = {}) =>
        fake.crowd.say(channel, { author, text, ...(thread === undefined ? {} : { thread: thread.thread }) }),
      rewrite: (id, text, { author = dana.id, thread }) =>
        fake.crowd.rewrite(channel, id, text, { author, ...(thread === undefined ? {} : { thread: thread.thread }) }),
      takeBack: (id, { author = dana.id, thread }) =>
        fake.crowd.takeBack(channel, id, { author, ...(thread === undefined ? {} : { thread: thread.thread }) }),
      react: async (id, emoji, person) => fake.rooms.react(channel, id, slackName(emoji), person),
      async choose(id, person, clicks = 1) {
        const filled = await Promise.all(Array.from({ length: clicks }, () => counter.fill(id, person, {})));
        return filled.map(({ answer }) => answer);
      },
      async fill(id, person, written) {
        const from = { user: person, channel };
        const asked = fake.choose(route, "open_ticket", await messageAt(fake, channel, id), from);
        const view = await fake.views.next();
        await fake.submit(route, view, written, from);
        return { held: heldIn(view), answer: readBlocks((await asked.next()).blocks) };
      },
      async command(path, options, person) {
        const [name = "", ...more] = path.split(" ");
        const given = Object.entries(options).map(([option, value]) => `--${option}="${value}"`);
        const text = [...more, ...given].join(" ");
        return readBlocks((await fake.type(route, `/${name}`, text, { user: person, channel }).next()).blocks);
      },
      async press(label, ticketId, person) {
        const { thread } = await threadOf(counter, ticketId);
        const { card } = await instance.ticketing.desk.find(ticketId);
        const posted = (await fake.messages(channel, thread)).find(({ ts }) => ts === card);
        const elements = (posted?.blocks ?? []).flatMap((block) => (block["elements"] ?? []) as Element[]);
        const button = elements.find(({ text }) => text?.text === label);
        if (button === undefined) throw new Error(`the card has no button ${label}`);
        const { action_id, value } = button;
        return readBlocks((await fake.click(route, { action_id, value }, { user: person, channel }).next()).blocks);
      },
      async read(place) {
        const messages = await fake.messages(place.channel, "thread" in place ? place.thread : undefined);
        return messages.map(({ blocks, text }) => (blocks === undefined ? text : readBlocks(blocks)));
      },
      posts: () =>
        fake.calls
          .filter(({ method }) => method === "chat.postMessage" || method === "chat.postEphemeral")
          .map(({ body }) => ({
            channel: String(body["channel"]),
            thread: body["thread_ts"] === undefined ? null : String(body["thread_ts"]),
            wire: JSON.stringify(body),
          })),
      makeBusy: () => fake.faults.add("conversations.replies", { kind: "429", retryAfterSeconds: 0 }, 2),
      deafen: () => fake.setWeather(SILENCE),
      async stop() {
        await platform.stop();
        await instance.ticketing.cards.idle();
        await fake.close();
      },
    };
    return counter;
  };
}

async function messageAt(fake: FakeSlack, channel: string, id: string) {
  const message = (await fake.messages(channel)).find(({ ts }) => ts === id);
  if (message === undefined) throw new Error("no such message");
  return message as unknown as Readonly<Record<string, unknown>> & { readonly ts: string };
}
