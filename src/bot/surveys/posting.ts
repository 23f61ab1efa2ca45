import { Temporal } from "../../core/time.ts";
import type { Pool } from "../../db/client.ts";
import {
  claimMessages,
  noteChannel,
  renewClaim,
  settleMessage,
  type Claim,
  type Settled,
} from "../../surveys/round-store.ts";
import type { Attempt } from "../conversation.ts";
import type { Message } from "../message.ts";
import type { ChatPlatform, Destination, Lookup, PostOutcome } from "../platform.ts";
import { questionMessage, reminderMessage } from "./question.ts";
import { refTo } from "./reading.ts";
import type { Reminding } from "./reminding.ts";

const AT_ONCE = 20;
const LOOK_AFTER_SECONDS = 20;
const LOOK_AGAIN_SECONDS = 60;
/** Messages bear the platform's time, and what was to be posted ours. */
const CLOCKS_DIFFER_MINUTES = 10;
const REST_SECONDS = 5;
const REST_AT_MOST_SECONDS = 300;

interface PostingParts {
  readonly pool: Pool;
  readonly timeZone: string;
  /** See `stillToRemind`. */
  readonly stillToRemind: (claim: Claim) => Promise<Reminding>;
}

/** Posts the questions and reminders that are due on a platform, each once: what may have arrived is looked up before another try. */
export async function postQuestions(platform: ChatPlatform, parts: PostingParts): Promise<void> {
  const { pool } = parts;
  for (;;) {
    const claims = await pool.run((sql) => claimMessages(sql, platform.name, AT_ONCE));
    for (const claim of claims) {
      const settled = await settle(platform, claim, parts);
      if (settled !== null) await pool.run((sql) => settleMessage(sql, claim, settled));
    }
    if (claims.length < AT_ONCE) return;
  }
}

/** Null: those before it took so long that another instance has it now. */
async function settle(platform: ChatPlatform, claim: Claim, parts: PostingParts): Promise<Settled | null> {
  const { pool } = parts;
  const place = await placeOf(platform, claim);
  if (!place.ok) return afterRefusal(place.why === "busy" ? null : place.reason, claim, place);
  const destination = place.value;
  if (claim.channel === null) await pool.run((sql) => noteChannel(sql, claim.key, destination.channel));
  const { key } = claim;
  if (claim.before !== "pending") {
    const since = Temporal.Instant.from(claim.createdAt).subtract({ minutes: CLOCKS_DIFFER_MINUTES });
    return afterLookup(await platform.lookUp({ destination, key }, since));
  }
  const message = await messageFor(platform, claim, parts);
  if ("skipped" in message) return { state: "skipped", reason: message.skipped };
  if (!(await pool.run((sql) => renewClaim(sql, claim)))) return null;
  return afterPost(await platform.post({ destination, message, key }), claim);
}

async function messageFor(
  platform: ChatPlatform,
  claim: Claim,
  { timeZone, stillToRemind }: PostingParts,
): Promise<Message | { readonly skipped: string }> {
  const asked = { ...claim, closesAt: Temporal.Instant.from(claim.closesAt) };
  if (claim.about === null) return questionMessage(asked, timeZone);
  const reminding = await stillToRemind(claim);
  if (!reminding.isNeeded) return { skipped: reminding.reason };
  const ref = claim.person === null ? refTo(reminding.question) : null;
  const link = ref === null ? null : await platform.linkTo(ref);
  return reminderMessage(asked, { timeZone, link: link?.ok === true ? link.value : null });
}

async function placeOf(platform: ChatPlatform, { channel, person }: Claim): Promise<Attempt<Destination>> {
  if (channel !== null) return { ok: true, value: { platform: platform.name, channel } };
  return platform.directTo(person ?? "");
}

function afterPost(outcome: PostOutcome, claim: Claim): Settled {
  switch (outcome.outcome) {
    case "sent":
      return { state: "posted", messageId: outcome.externalId };
    case "uncertain":
      return { state: "uncertain", afterSeconds: LOOK_AFTER_SECONDS, reason: outcome.reason };
    case "refused":
      return afterRefusal(outcome.lasting && outcome.everywhere !== true ? outcome.reason : null, claim, outcome);
  }
}

/** `lasting` is why no further try is made; null: another one is. */
function afterRefusal(
  lasting: string | null,
  { attempts }: Claim,
  { reason, retryAfterMs }: { readonly reason: string; readonly retryAfterMs: number | null },
): Settled {
  if (lasting !== null) return { state: "failed", reason: lasting };
  const rest = Math.min(REST_SECONDS * 2 ** (attempts - 1), REST_AT_MOST_SECONDS);
  return { state: "pending", afterSeconds: retryAfterMs === null ? rest : Math.ceil(retryAfterMs / 1_000), reason };
}

function afterLookup(lookup: Lookup): Settled {
  switch (lookup.found) {
    case true:
      return { state: "posted", messageId: lookup.externalId };
    case false:
      return { state: "pending", afterSeconds: 0, reason: null };
    case "unknown":
      if (lookup.closed === true) return { state: "failed", reason: lookup.reason };
      return { state: "uncertain", afterSeconds: LOOK_AGAIN_SECONDS, reason: lookup.reason };
  }
}
