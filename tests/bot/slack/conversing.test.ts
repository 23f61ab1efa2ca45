import { describe } from "vitest";
import { slackName } from "../../../src/bot/platforms/slack/emoji-names.ts";
import { startSlack } from "../../support/slack/slack.ts";
import { describeChat } from "../platform-contract.ts";
import { createHeard } from "../support/heard.ts";
import { readBlocks, slackFor } from "./support.ts";

const CLOSED = "U0CLOSED1";
const OTHER_BOT = "U0OTHERBOT";

describe.each(["socket", "http"] as const)("over %s", (mode) => {
  describeChat("Slack", async () => {
    const fake = await startSlack();
    const { crowd, rooms } = fake;
    const heard = createHeard();
    const channel = await fake.channelId("numbers");
    const [dana, kim] = crowd.writers;
    if (dana === undefined || kim === undefined) throw new Error("nobody writes");
    rooms.addPerson(OTHER_BOT, { name: "other", is_bot: true });
    rooms.addPerson(CLOSED);
    rooms.closed.add(CLOSED);
    const platform = slackFor(
      fake,
      mode === "socket" ? { appToken: fake.appToken } : { signingSecret: fake.signingSecret },
    );
    await platform.start([], heard.events);
    fake.setRoute(mode === "socket" ? { kind: "socket" } : { kind: "http", handle: platform.handle });
    const stampOf = (thread: { readonly thread: string } | undefined) =>
      thread === undefined ? {} : { thread: thread.thread };
    const authors = new Map<string, string>();
    const authorOf = (id: string) => authors.get(id) ?? dana.id;

    return {
      platform,
      channel,
      people: [dana.id, kim.id],
      otherBot: OTHER_BOT,
      closed: CLOSED,
      nobody: "U0NOBODY1",
      standings: {
        [dana.id]: "member",
        U0ADMIN01: "admin",
        U0OWNER01: "admin",
        U0GUEST01: "guest",
        U0STRANGE: "guest",
      },
      told: heard.told,
      readies: heard.readies,
      async say(text, { author = dana.id, thread } = {}) {
        const id = await crowd.say(channel, { author, text, ...stampOf(thread) });
        authors.set(id, author);
        return id;
      },
      rewrite: (id, text, thread) => crowd.rewrite(channel, id, text, { author: authorOf(id), ...stampOf(thread) }),
      takeBack: (id, thread) => crowd.takeBack(channel, id, { author: authorOf(id), ...stampOf(thread) }),
      async react(id, emoji, person) {
        if (!fake.workspace.people.has(person)) rooms.addPerson(person);
        rooms.react(channel, id, slackName(emoji), person);
      },
      unreact: async (id, emoji, person) => rooms.unreact(channel, id, slackName(emoji), person),
      async read({ channel: place, thread }) {
        const messages = await fake.messages(place, thread);
        return messages.map(({ blocks, text }) => (blocks === undefined ? text : readBlocks(blocks)));
      },
      settled: fake.settled,
      makeBusy() {
        fake.faults.add("chat.update", { kind: "429", retryAfterSeconds: 0 });
        fake.faults.add("reactions.get", { kind: "429", retryAfterSeconds: 0 });
      },
      async reconnect() {
        if (mode === "http") return void heard.events.ready?.("slack");
        const again = heard.nextReady();
        fake.socket.drop();
        await again;
      },
      setWeather: fake.setWeather,
      async stop() {
        await platform.stop();
        await fake.close();
      },
    };
  });
});
