import { createHash, randomUUID } from "node:crypto";
import { describeError, type Log } from "../../core/log.ts";
import type { Pool } from "../../db/client.ts";
import type { Message } from "../message.ts";
import type { Policy } from "../permission/policy.ts";
import { referenceOf, type ChatPlatform } from "../platform.ts";
import { adminsOn } from "./admins.ts";
import { channelsMessage, MOST_LISTED, platformMessage } from "./warning-message.ts";
import {
  claimWarnings,
  noteTold,
  raiseWarning,
  subjectOf,
  tellLater,
  type Trouble,
  type Warning,
} from "./warning-store.ts";

type Told = Pick<
  ChatPlatform,
  "name" | "prefix" | "post" | "lookUp" | "directTo" | "audienceOf" | "adminsOf" | "nameOf"
>;

export interface WarnerParts {
  readonly pool: Pool;
  readonly platforms: readonly Told[];
  readonly policyNow: () => Promise<Policy>;
  readonly log: Log;
}

/** Tells those who administer Bellwether what only a person can mend. */
export interface Warner {
  raise(trouble: Trouble): Promise<void>;
  /** Tells what nobody has been told. Never rejects; any number of instances may. */
  tick(): Promise<void>;
}

/** More would be noise, and one may be on holiday. */
const MOST_TOLD = 3;
const AGAIN_SECONDS = 60;
const NOBODY_SECONDS = 3_600;
/** From then on nobody waits for those whose answer stays unclear: the next platform is tried, or it is enough that somebody was told. */
const MOST_ATTEMPTS = 20;

export function createWarner(parts: WarnerParts): Warner {
  const { pool, log } = parts;
  return {
    raise: (trouble) => pool.run((sql) => raiseWarning(sql, trouble)),
    async tick() {
      try {
        const claimed = await pool.run((sql) => claimWarnings(sql, randomUUID()));
        for (const together of batches(claimed)) await tell(parts, together);
      } catch (thrown) {
        log.warn(
          { error: describeError(thrown) },
          "Admins could not be told of a trouble; the next minute tries again.",
        );
      }
    },
  };
}

/** What is told in one message: a platform, or the channels of one. */
type Batch = readonly [Warning, ...Warning[]];

function batches(warnings: readonly Warning[]): Batch[] {
  const byName = new Map<string, Batch>();
  for (const warning of warnings.toSorted((a, b) => (subjectOf(a) < subjectOf(b) ? -1 : 1))) {
    const name = nameOf(warning);
    byName.set(name, [...(byName.get(name) ?? []), warning] as unknown as Batch);
  }
  return [...byName.values()];
}

function nameOf({ batch, platform, channel }: Warning): string {
  return `${batch} ${platform} ${channel === null ? "whole" : "channels"}`;
}

/** On the platform where the trouble is, unless it refuses us altogether or nobody can be reached there; then on the others. */
async function tell(parts: WarnerParts, batch: Batch): Promise<void> {
  const { pool, platforms, log } = parts;
  const [first] = batch;
  const attempts = Math.max(...batch.map((warning) => warning.attempts));
  const policy = await parts.policyNow();
  const own = platforms.filter(({ name }) => name === first.platform && first.channel !== null);
  const others = platforms.filter(({ name }) => name !== first.platform);
  let isUnclear = false;
  for (const platform of [...own, ...others]) {
    const telling = await tellOn(platform, batch, { ...parts, policy, attempts });
    if (telling.isUnclear && attempts < MOST_ATTEMPTS) {
      isUnclear = true;
      break;
    }
    if (telling.told > 0) return pool.run((sql) => noteTold(sql, batch));
  }
  if (!isUnclear && attempts === 1)
    log.error(
      { subjects: batch.map(subjectOf).slice(0, 10), reason: first.reason },
      "Nobody could be told of a trouble in chat.",
    );
  await pool.run((sql) => tellLater(sql, batch, isUnclear ? AGAIN_SECONDS : NOBODY_SECONDS));
}

interface Telling {
  readonly told: number;
  /** Somebody may have been told, or may be reached later. */
  readonly isUnclear: boolean;
}

interface Circumstances extends WarnerParts {
  readonly policy: Policy;
  readonly attempts: number;
}

async function tellOn(platform: Told, batch: Batch, circumstances: Circumstances): Promise<Telling> {
  const admins = await adminsOn(platform, circumstances.policy);
  if (!admins.ok) return { told: 0, isUnclear: isPassing(admins.why) };
  const message = await messageOf(batch, platform, circumstances);
  let told = 0;
  let isUnclear = false;
  for (const person of admins.value) {
    if (told === MOST_TOLD) break;
    const outcome = await tellPerson(platform, person, { batch, message, attempts: circumstances.attempts });
    if (outcome === "told") told += 1;
    if (outcome === "unclear") isUnclear = true;
  }
  return { told, isUnclear };
}

async function messageOf(batch: Batch, teller: Told, { platforms }: WarnerParts): Promise<Message> {
  const [first] = batch;
  if (first.channel === null) return platformMessage(first);
  const home = platforms.find(({ name }) => name === first.platform);
  const listed = await Promise.all(
    batch.slice(0, MOST_LISTED).map(async (warning) => {
      const subject = { kind: "channel", platform: warning.platform, id: warning.channel ?? "" } as const;
      return { warning, name: (await home?.nameOf(subject)) ?? subjectOf(warning) };
    }),
  );
  return channelsMessage(batch, listed, home?.prefix ?? teller.prefix);
}

async function tellPerson(
  platform: Told,
  person: string,
  { batch, message, attempts }: { readonly batch: Batch; readonly message: Message; readonly attempts: number },
): Promise<"told" | "refused" | "unclear"> {
  const direct = await platform.directTo(person);
  if (!direct.ok) return isPassing(direct.why) ? "unclear" : "refused";
  const destination = direct.value;
  const key = keyOf(batch, platform.name, person);
  if (attempts > 1) {
    const found = await platform.lookUp({ destination, key }, batch[0].raisedAt);
    if (found.found === true) return "told";
    if (found.found === "unknown") return found.closed === true ? "refused" : "unclear";
  }
  const blocks = [...message.blocks, { kind: "note", text: referenceOf(key) } as const];
  const outcome = await platform.post({ destination, key, message: { ...message, blocks } });
  switch (outcome.outcome) {
    case "sent":
      return "told";
    case "uncertain":
      return "unclear";
    case "refused":
      return outcome.lasting ? "refused" : "unclear";
  }
}

function isPassing(why: string): boolean {
  return why === "busy" || why === "unclear";
}

function keyOf([first]: Batch, platform: string, person: string): string {
  return `w-${createHash("sha256")
    .update(`${nameOf(first)} ${platform} ${person}`)
    .digest("hex")
    .slice(0, 20)}`;
}
