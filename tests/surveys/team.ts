import { onTestFinished } from "vitest";
import type { Asker, Place } from "../../src/bot/asker.ts";
import { createCommands } from "../../src/bot/commands/commands.ts";
import { trouble, type Attempt, type MessageRef, type Reaction } from "../../src/bot/conversation.ts";
import { DIGITS } from "../../src/bot/emoji.ts";
import { createSubscriptions } from "../../src/bot/digest/subscriptions.ts";
import { createGate } from "../../src/bot/permission/gate.ts";
import { referenceText } from "../../src/bot/permission/reference.ts";
import { standingPolicy } from "../../src/bot/permission/standing-policy.ts";
import type { ChatName, ChatPlatform, Destination } from "../../src/bot/platform.ts";
import { runText } from "../../src/bot/run-command.ts";
import { createFollowingUp } from "../../src/bot/surveys/following-up.ts";
import { createPollster } from "../../src/bot/surveys/pollster.ts";
import { createTicketCommands } from "../../src/bot/tickets/ticket-commands.ts";
import { createTicketing } from "../../src/bot/tickets/ticketing.ts";
import { Temporal } from "../../src/core/time.ts";
import { createVoider } from "../../src/events/void.ts";
import { createSurveys } from "../../src/surveys/surveys.ts";
import { createWaveBook } from "../../src/surveys/wave-book.ts";
import { createDesk } from "../../src/tickets/desk.ts";
import { DEFAULT_TARGETS } from "../../src/tickets/targets.ts";
import { createFakeChat } from "../bot/support/fake-chat.ts";
import { noRules, noSurveys } from "../bot/support/made-up-numbers.ts";
import { SILENT } from "../support/silent.ts";
import { createTestWorld, type World } from "../support/world.ts";

export const NOW = "2026-11-20T09:00:00Z";
export const OWNER = "slack:UOWNER";
export const admin: Asker = { platform: "slack", person: "U9", groups: [], standing: "admin" };
export const member: Asker = { platform: "slack", person: "U1", groups: [], standing: "member" };
export const guest: Asker = { platform: "slack", person: "U2", groups: [], standing: "guest" };
export const owner: Asker = { platform: "slack", person: "UOWNER", groups: [], standing: "member" };
const general: Place = { platform: "slack", channel: "C1", name: "general", kind: "public", thread: null };

/** Real platforms have numbers for messages. */
const numberOf = (id: string) => id.replace("m", "");

/** A chat in memory in which people react. */
function createRoom(name: ChatName) {
  const chat = createFakeChat(name);
  const reactions = new Map<string, Reaction[]>();
  const closed = new Set<string>();
  const members = {
    ids: name === "slack" ? ["U1", "U2", "U3"] : ["71", "72"],
    missing: name === "slack" ? ["U4"] : [],
  };
  const edits: string[] = [];
  const unused = () => Promise.reject(new Error("not used here"));
  const platform: ChatPlatform = {
    ...chat.platform,
    async post(posting) {
      const posted = await chat.platform.post(posting);
      return posted.outcome === "sent" ? { ...posted, externalId: numberOf(posted.externalId) } : posted;
    },
    async lookUp(...asked) {
      const found = await chat.platform.lookUp(...asked);
      return found.found === true ? { ...found, externalId: numberOf(found.externalId) } : found;
    },
    prefix: "/",
    placeOf: async () => general,
    nameOf: async (subject) => `@${referenceText(subject)}`,
    async edit({ id }) {
      edits.push(id);
      return { ok: true, value: null };
    },
    react: async () => ({ ok: true, value: null }),
    reactionsOf: async ({ id }: MessageRef): Promise<Attempt<readonly Reaction[]>> => ({
      ok: true,
      value: reactions.get(id) ?? [],
    }),
    async directTo(person): Promise<Attempt<Destination>> {
      if (closed.has(person)) return trouble("closed", "They take no direct messages.");
      return { ok: true, value: { platform: name, channel: `D${person}` } };
    },
    audienceOf: async (audience) => ({
      ok: true,
      value: {
        people: (audience.kind === "people" ? audience.ids : members.ids).map((id) => ({ id, isBot: false })),
        missing: audience.kind === "group" ? members.missing : [],
      },
    }),
    linkTo: async ({ channel, id }) => ({ ok: true, value: `https://chat.test/${channel}/${id}` }),
    adminsOf: unused,
    standingOf: unused,
    threadOf: unused,
    startThread: unused,
    readThread: unused,
    tagThread: unused,
    start: unused,
    stop: unused,
  };
  return { chat, platform, reactions, closed, members, edits };
}

type Room = ReturnType<typeof createRoom>;

/** One run of the program; several share the database and the rooms. */
function createInstance(world: World, rooms: readonly Room[]) {
  const { db, workspace, intake, overviews } = world;
  const { timeZone, currency } = workspace;
  const clock = { now: () => Temporal.Instant.from(world.now()) };
  const platforms = rooms.map(({ platform }) => platform);
  const surveys = createSurveys({ db, intake, voider: createVoider({ db, clock, workspace }), clock, log: SILENT });
  const waves = createWaveBook({ db, clock });
  const desk = createDesk({ db, clock, intake });
  const gate = createGate({ db, standing: standingPolicy([], [], []) });
  const ticketing = createTicketing({
    db,
    desk,
    overviews,
    currency,
    gate,
    settings: {
      team: [],
      announceIn: { platform: "slack", channel: "CTICKETS" },
      promises: { targets: DEFAULT_TARGETS, hours: null },
      closeAfterDays: 7,
    },
    timeZone,
    platforms,
    clock,
    log: SILENT,
  });
  const asking = { pool: db.work, surveys, platforms, timeZone, clock, log: SILENT };
  const followingUp = createFollowingUp({ ...ticketing, ...asking, settings: { owner: OWNER, dueDays: 3 } });
  const pollster = createPollster({ ...asking, waves, followingUp });
  const context = {
    ...noSurveys,
    ...world,
    clock,
    accessBook: noRules,
    firstEvent: "curl",
    surveys,
    waves,
    followUpOwner: OWNER,
    pollster,
    subscriptions: createSubscriptions({ pool: db.work, platforms, timeZone, usualAt: "09:00", clock }),
  };
  const commands = createCommands(context, createTicketCommands(ticketing));
  return { surveys, waves, desk, pollster, commands, gate };
}

export async function createTeam({ timeZone = "UTC" }: { readonly timeZone?: string } = {}) {
  const world = await createTestWorld({ now: NOW, timeZone });
  const [slack, discord] = [createRoom("slack"), createRoom("discord")];
  const rooms = [slack, discord];
  const first = createInstance(world, rooms);
  const { commands, pollster, gate } = first;
  onTestFinished(() => pollster.idle());
  const ask = async (asker: Asker, text: string, audience: "person" | "everyone" = "person") => {
    const { nameOf } = slack.platform;
    const outcome = await runText(text, { commands, gate, prefix: "/", asker, place: general, audience, nameOf });
    await pollster.idle();
    return { ...outcome, text: JSON.stringify(outcome.message) };
  };
  /** People react with these digits, and the message is read. */
  const react = async (id: string, digits: readonly number[]) => {
    slack.reactions.set(
      id,
      digits.map((digit, index) => ({ emoji: DIGITS[digit] ?? "", person: { id: `U_REACT${index}`, isBot: false } })),
    );
    await pollster.events.ready("slack");
  };
  const tick = async (...instances: readonly { readonly pollster: typeof pollster }[]) => {
    const all = instances.length === 0 ? [first] : instances;
    await Promise.all(all.map((one) => one.pollster.tick()));
    await Promise.all(all.map((one) => one.pollster.idle()));
  };
  /** What is held back or was uncertain may be tried at once. */
  const hurry = () => world.db.work.run((sql) => sql`update survey_messages set next_at = now()`);
  return {
    ...world,
    ...slack,
    discord,
    ...first,
    first,
    another: () => createInstance(world, rooms),
    ask,
    react,
    tick,
    hurry,
  };
}
