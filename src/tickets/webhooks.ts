import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describeError, type Log } from "../core/log.ts";
import { postOut } from "../core/outgoing-post.ts";
import type { Clock } from "../core/time.ts";
import type { Pool } from "../db/client.ts";
import { MOST_ATTEMPTS, signedHeaders, waitAfter, webhookBody } from "./webhook-message.ts";
import { claimChanges, noteDelivered, noteFailed, recordChanges, type Claimed } from "./webhook-store.ts";

export interface WebhookSettings {
  /** Addresses that may hold secrets: they stand in no log and not in the database. */
  readonly urls: readonly string[];
  readonly secrets: readonly string[];
  readonly allowPrivate: boolean;
}

interface WebhookParts {
  readonly pool: Pool;
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs?: number;
}

export interface Webhooks {
  /** Sends what is due, once; answers whether there may be more at once. Rejects when the database cannot be reached. */
  pass(): Promise<boolean>;
}

/** Shorter than a change is held, and than a stop may take. */
const DEADLINE_MS = 8_000;

/**
 * Tells others of every change of a ticket: at least once, with the same id at every attempt, and those of one ticket one
 * after the other, in the order of its log. Any number of instances share the work.
 */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const { pool, settings } = parts;
  const urls = new Map(settings.urls.map((url) => [endpointOf(url), new URL(url)]));
  const endpoints = [...urls.keys()];
  return {
    async pass() {
      await pool.run((sql) => recordChanges(sql, endpoints));
      const claimed = await pool.run((sql) => claimChanges(sql, endpoints));
      const sent = claimed.map(async (one) => {
        const url = urls.get(one.endpoint);
        if (url !== undefined) await deliver(one, url, parts);
      });
      await Promise.all(sent);
      return claimed.length > 0;
    },
  };
}

function endpointOf(url: string): string {
  return createHash("sha256").update(url).digest("base64url").slice(0, 22);
}

async function deliver(claimed: Claimed, url: URL, parts: WebhookParts): Promise<void> {
  const { pool, log } = parts;
  const failure = await attempt(claimed, url, parts);
  if (failure === null) return pool.run((sql) => noteDelivered(sql, claimed));
  const { attempts, messageId } = claimed;
  const wait = waitAfter(attempts);
  await pool.run((sql) => noteFailed(sql, claimed, wait));
  const told = { to: url.origin, messageId, attempts, ...failure };
  if (wait === null)
    log.error(
      told,
      `A change of a ticket was given up: ${MOST_ATTEMPTS} attempts to send it failed. See docs/tickets.md.`,
    );
  else if (attempts === 1) log.warn(told, "A change of a ticket could not be sent; it is tried again.");
}

/** Why it failed, as it may be logged; null: it was taken. */
async function attempt(
  { messageId, change }: Claimed,
  url: URL,
  { settings, clock, deadlineMs = DEADLINE_MS }: WebhookParts,
): Promise<Record<string, unknown> | null> {
  const body = webhookBody(change);
  const { secrets, allowPrivate } = settings;
  const headers = { "user-agent": "Bellwether", ...signedHeaders(body, { messageId, at: clock.now(), secrets }) };
  try {
    const answer = await postOut(url, { body, headers, allowPrivate, deadlineMs });
    answer.destroy();
    const { statusCode: status = 0 } = answer;
    return status >= 200 && status < 300 ? null : { status };
  } catch (thrown) {
    const { name, code } = describeError(thrown);
    return { name, code };
  }
}

const REST_MS = 2_000;
const REST_AFTER_FAILURE_MS = 10_000;

/** Sends until stopped; what is under way is finished. No address waits for another. */
export function startWebhooks(parts: WebhookParts): () => Promise<void> {
  const { settings } = parts;
  const stops = settings.urls.map((url) => startSending({ ...parts, settings: { ...settings, urls: [url] } }));
  return async () => void (await Promise.all(stops.map((stop) => stop())));
}

function startSending(parts: WebhookParts): () => Promise<void> {
  const webhooks = createWebhooks(parts);
  const stopping = new AbortController();
  const { signal } = stopping;
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  let failures = 0;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const isMore = await webhooks.pass();
        failures = 0;
        if (!isMore) await rest(REST_MS);
      } catch (thrown) {
        if (failures === 0)
          parts.log.warn({ error: describeError(thrown) }, "Webhooks wait: the database cannot be reached.");
        failures += 1;
        await rest(REST_AFTER_FAILURE_MS);
      }
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
