import { dayOf, instantOf, NS_PER_HOUR, NS_PER_SECOND } from "./calendar.ts";
import { isWellFormed, type Body, type Json } from "./event-rules.ts";
import { isPlaceholder, normalised } from "./ids.ts";
import type { Delivery, Happening, Setting } from "./setting.ts";

export type Judgement = "accepted" | "duplicate" | "conflict" | "rejected";

/** An event that was accepted. */
export interface Fact extends Happening {
  readonly type: string;
  /** The local day on which it happened. */
  readonly day: string;
  readonly user: string | null;
  readonly team: string | null;
  /** Without the fields that are null, except a discount that is taken away. */
  readonly body: Body;
}

const DAY = 24n * NS_PER_HOUR;
const FUTURE = 300n * NS_PER_SECOND;

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

const EARLIEST = instantOf("2000-01-01T00:00:00Z");

function isTimely(body: Body, at: bigint, occurred: bigint, now: bigint, importing: boolean): boolean {
  if (occurred > now + FUTURE || at < EARLIEST) return false;
  const limit = body["type"] === "request" || body["type"] === "error" ? 90n : 400n;
  return importing || at >= now - limit * DAY;
}

const idIn = (value: Json | undefined): string | null =>
  typeof value === "string" && !isPlaceholder(value) ? normalised(value) : null;

/** What is there to be applied: ids in their normal form, one spelling of each word. */
function understood(event: Body): Body {
  const given = Object.entries(event).filter(([name, value]) => value !== null || name === "discount");
  const ids = ["subscription_id", "session_id"];
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (ids.includes(name)) return [name, normalised(String(value))];
      return [name, name === "event" && value === "cancelled" ? "canceled" : value];
    }),
  );
}

const instantIn = (value: Json | undefined): bigint | null =>
  value === undefined || value === null ? null : instantOf(String(value));

/** What an honest intake answers when the deliveries come one after another, and what it then knows. */
export function judge(deliveries: readonly Delivery[], setting: Setting): { judgements: Judgement[]; facts: Fact[] } {
  const seen = new Map<string, string>();
  const facts: Fact[] = [];
  const judgements = deliveries.map(({ source, importing, receivedAt, event, isVoid }, arrival): Judgement => {
    const now = instantOf(receivedAt ?? setting.now);
    if (!isWellFormed(event)) return "rejected";
    const occurred = instantIn(event["occurred_at"]) ?? now;
    const effective = instantIn(event["effective_at"]) ?? occurred;
    const at = effective < occurred ? effective : occurred;
    if (!isTimely(event, at, occurred, now, importing === true)) return "rejected";
    const id = typeof event["id"] === "string" ? event["id"] : null;
    if (id !== null) {
      const key = JSON.stringify([source, id]);
      const payload = JSON.stringify(sorted(event));
      const before = seen.get(key);
      if (before !== undefined) return before === payload ? "duplicate" : "conflict";
      seen.set(key, payload);
    }
    const fact = {
      type: String(event["type"]),
      id: id ?? `made by the server ${arrival}`,
      at,
      arrival,
      day: dayOf(at, setting.timeZone),
      user: idIn(event["user_id"]),
      team: idIn(event["team_id"]),
      body: understood(event),
    };
    if (isVoid !== true) facts.push(fact);
    return "accepted";
  });
  return { judgements, facts };
}
