import { dayOf, instantOf, NS_PER_HOUR, NS_PER_SECOND } from "./calendar.ts";
import { isWellFormed, type Body, type Json } from "./event-rules.ts";
import type { Delivery, Happening, Setting } from "./setting.ts";

export type Judgement = "accepted" | "duplicate" | "conflict" | "rejected";

/** An event that was accepted. */
export interface Fact extends Happening {
  readonly type: string;
  /** The local day on which it happened. */
  readonly day: string;
  readonly user: string | null;
  readonly team: string | null;
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

function isTimely(body: Body, at: bigint, now: bigint, importing: boolean): boolean {
  if (at > now + FUTURE) return false;
  const limit = body["type"] === "request" || body["type"] === "error" ? 90n : 400n;
  if (!importing && at < now - limit * DAY) return false;
  return body["effective_at"] === undefined || instantOf(String(body["effective_at"])) >= at;
}

const orNull = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/** What an honest intake answers when the deliveries come one after another, and what it then knows. */
export function judge(deliveries: readonly Delivery[], setting: Setting): { judgements: Judgement[]; facts: Fact[] } {
  const seen = new Map<string, string>();
  const facts: Fact[] = [];
  const judgements = deliveries.map(({ source, importing, receivedAt, event }, arrival): Judgement => {
    const now = instantOf(receivedAt ?? setting.now);
    if (!isWellFormed(event, setting.currency)) return "rejected";
    const at = event["occurred_at"] === undefined ? now : instantOf(String(event["occurred_at"]));
    if (!isTimely(event, at, now, importing === true)) return "rejected";
    const id = orNull(event["id"]);
    if (id !== null) {
      const key = JSON.stringify([source, id]);
      const payload = JSON.stringify(sorted(event));
      const before = seen.get(key);
      if (before !== undefined) return before === payload ? "duplicate" : "conflict";
      seen.set(key, payload);
    }
    facts.push({
      type: String(event["type"]),
      id: id ?? `made by the server ${arrival}`,
      at,
      arrival,
      day: dayOf(at, setting.timeZone),
      user: orNull(event["user_id"]),
      team: orNull(event["team_id"]),
      body: event,
    });
    return "accepted";
  });
  return { judgements, facts };
}
