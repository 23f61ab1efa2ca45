import { createHash } from "node:crypto";
import { describeError, type Log } from "../../core/log.ts";
import type { Pool } from "../../db/client.ts";
import type { Message } from "../message.ts";
import type { Policy } from "../permission/policy.ts";
import { referenceOf, type ChatPlatform } from "../platform.ts";
import { adminsOn } from "./admins.ts";
import { warningMessage } from "./warning-message.ts";
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
/** From then on it counts as told: whoever could be reached has been. */
const MOST_ATTEMPTS = 20;

export function createWarner(parts: WarnerParts): Warner {
  const { pool, log } = parts;
  return {
    raise: (trouble) => pool.run((sql) => raiseWarning(sql, trouble)),
    async tick() {
      try {
        for (const warning of await pool.run(claimWarnings)) await tell(parts, warning);
      } catch (thrown) {
        log.warn(
          { error: describeError(thrown) },
          "Admins could not be told of a trouble; the next minute tries again.",
        );
      }
    },
  };
}

/** On the platform where the trouble is, unless it refuses us altogether or nobody can be reached there; then on the others. */
async function tell(parts: WarnerParts, warning: Warning): Promise<void> {
  const { pool, platforms, log } = parts;
  const policy = await parts.policyNow();
  const own = platforms.filter(({ name }) => name === warning.platform && warning.channel !== null);
  const others = platforms.filter(({ name }) => name !== warning.platform);
  let unclear = false;
  for (const platform of [...own, ...others]) {
    const { told, isUnclear } = await tellOn(platform, warning, { ...parts, policy });
    unclear ||= isUnclear;
    if (isUnclear && warning.attempts < MOST_ATTEMPTS) break;
    if (told > 0) return pool.run((sql) => noteTold(sql, warning));
  }
  if (!unclear && warning.attempts === 1)
    log.error({ subject: subjectOf(warning), reason: warning.reason }, "Nobody could be told of a trouble in chat.");
  await pool.run((sql) => tellLater(sql, warning, unclear ? AGAIN_SECONDS : NOBODY_SECONDS));
}

interface Telling {
  readonly told: number;
  /** Somebody may have been told, or may be reached later. */
  readonly isUnclear: boolean;
}

async function tellOn(
  platform: Told,
  warning: Warning,
  { platforms, policy }: WarnerParts & { readonly policy: Policy },
): Promise<Telling> {
  const admins = await adminsOn(platform, policy);
  if (!admins.ok) return { told: 0, isUnclear: isPassing(admins.why) };
  const home = platforms.find(({ name }) => name === warning.platform);
  const { channel } = warning;
  const where =
    channel === null
      ? ""
      : ((await home?.nameOf({ kind: "channel", platform: warning.platform, id: channel })) ?? subjectOf(warning));
  const message = warningMessage(warning, { where, prefix: home?.prefix ?? platform.prefix });
  let told = 0;
  let isUnclear = false;
  for (const person of admins.value) {
    if (told === MOST_TOLD) break;
    const outcome = await tellPerson(platform, person, { warning, message });
    if (outcome === "told") told += 1;
    if (outcome === "unclear") isUnclear = true;
  }
  return { told, isUnclear };
}

async function tellPerson(
  platform: Told,
  person: string,
  { warning, message }: { readonly warning: Warning; readonly message: Message },
): Promise<"told" | "refused" | "unclear"> {
  const direct = await platform.directTo(person);
  if (!direct.ok) return isPassing(direct.why) ? "unclear" : "refused";
  const destination = direct.value;
  const key = keyOf(warning, platform.name, person);
  if (warning.attempts > 1) {
    const found = await platform.lookUp({ destination, key }, warning.raisedAt);
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

function keyOf(warning: Warning, platform: string, person: string): string {
  const name = `${subjectOf(warning)} ${warning.raisedAt.toString()} ${platform} ${person}`;
  return `w-${createHash("sha256").update(name).digest("hex").slice(0, 20)}`;
}
