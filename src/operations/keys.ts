import { CALLED } from "../core/called.ts";
import { parseArgs } from "node:util";
import { readDay, Temporal } from "../core/time.ts";
import { SCOPES, type Scope } from "../access/scope.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const RATE_AT_MOST = 1_000_000;
const EXPIRY_DAYS_AT_MOST = 3_660;

export const keys: Operation = {
  name: "keys",
  usage: [
    "keys create --scope ingest|read|admin [--source NAME] [--rate N] [--expires 2027-01-31|90d]",
    "keys list",
    "keys revoke KEY_ID",
  ],
  about: "make, list and revoke API keys",
  startsNew([verb, ...rest]) {
    const given = verb === "create" ? readOptions(rest) : {};
    return "scope" in given && isScope(given.scope);
  },
  async run(words, parts) {
    const [verb, ...rest] = words;
    switch (verb) {
      case "create":
        return create(rest, parts);
      case "list":
        return list(parts);
      case "revoke":
        return revoke(rest, parts);
      default:
        return typingMistake(null, keys);
    }
  },
};

function isScope(word: string | undefined): word is Scope {
  return SCOPES.some((scope) => scope === word);
}

async function create(words: readonly string[], { rooms, foundation }: OperationParts): Promise<Result> {
  const given = readOptions(words);
  if ("ok" in given) return given;
  const { scope, source, rate, expires } = given;
  if (!isScope(scope)) {
    const wrong = scope === undefined ? "" : ` You wrote \`${scope.slice(0, 40)}\`.`;
    return refusal(`Say what the key may do: --scope ${SCOPES.join("|")}.${wrong}`);
  }
  if (source !== undefined && !/^[a-z0-9][a-z0-9_-]{0,39}$/.test(source))
    return refusal("`--source` is a short name of small letters, digits, - and _, such as `billing`.");
  const requestsPerSecond = rate === undefined ? undefined : Number(rate);
  if (
    requestsPerSecond !== undefined &&
    !(Number.isInteger(requestsPerSecond) && requestsPerSecond >= 1 && requestsPerSecond <= RATE_AT_MOST)
  )
    return refusal(
      `\`--rate\` must be a whole number of requests a second from 1 to ${RATE_AT_MOST.toLocaleString("en-US")}.`,
    );
  const now = foundation.clock.now();
  const expiresAt = expires === undefined ? undefined : readExpiry(expires, now, foundation.workspace.timeZone);
  if (expiresAt === null)
    return refusal(
      `\`--expires\` is the last day of the key, such as 2027-01-31, or a number of days from now, such as 90d, up to ${EXPIRY_DAYS_AT_MOST}d; you wrote \`${(expires ?? "").slice(0, 40)}\`.`,
    );
  const made = await rooms.access.create({
    scope,
    ...(source === undefined ? {} : { source }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return {
    ok: true,
    text: [
      made.key,
      ...(expiresAt === undefined ? [] : [`Works until ${inWords(expiresAt, foundation.workspace.timeZone)}.`]),
      `Shown this once; only its hash is kept. Revoke it with: ${CALLED.cli}keys revoke ${made.keyId}`,
      `For the examples: export BELLWETHER_KEY=${made.key}`,
    ].join("\n"),
    data: expiresAt === undefined ? made : { ...made, expiresAt: expiresAt.toString() },
  };
}

function readOptions(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        scope: { type: "string" },
        source: { type: "string" },
        rate: { type: "string" },
        expires: { type: "string" },
      },
    });
    return values;
  } catch (thrown) {
    return typingMistake(thrown, keys);
  }
}

/** The end of a day of the workspace, or N times 24 hours from now. Null: neither, or not in the future. */
function readExpiry(text: string, now: Temporal.Instant, timeZone: string): Temporal.Instant | null {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  const day = readDay(text);
  const expiresAt =
    days !== undefined
      ? now.add({ hours: Number(days) * 24 })
      : day?.add({ days: 1 }).toZonedDateTime({ timeZone }).toInstant();
  if (expiresAt === undefined || Temporal.Instant.compare(expiresAt, now) <= 0) return null;
  const latest = now.add({ hours: EXPIRY_DAYS_AT_MOST * 24 });
  return Temporal.Instant.compare(expiresAt, latest) <= 0 ? expiresAt : null;
}

async function list({ rooms, foundation }: OperationParts): Promise<Result> {
  const all = await rooms.access.list();
  const now = foundation.clock.now();
  const zone = foundation.workspace.timeZone;
  const lines = all.map((key) => {
    const state = key.revokedAt !== null ? "revoked" : isExpired(key.expiresAt, now) ? "expired" : "valid";
    return `${key.keyId}  ${key.scope.padEnd(6)}  ${key.source.padEnd(12)}  ${key.requestsPerSecond}/s  ${state}  created ${key.createdAt.slice(0, 10)}${expiryOf(key.expiresAt, zone)}`;
  });
  const none = `No keys yet. Make one with: ${CALLED.cli}keys create --scope ingest`;
  return { ok: true, text: lines.length === 0 ? none : lines.join("\n"), data: all };
}

function expiryOf(expiresAt: string | null, timeZone: string): string {
  return expiresAt === null ? "" : `  until ${inWords(Temporal.Instant.from(expiresAt), timeZone)}`;
}

/** "2027-02-01 00:00 Europe/Berlin" */
function inWords(instant: Temporal.Instant, timeZone: string): string {
  const local = instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  return `${local.toString({ smallestUnit: "minute" }).replace("T", " ")} ${timeZone}`;
}

function isExpired(expiresAt: string | null, now: Temporal.Instant): boolean {
  return expiresAt !== null && Temporal.Instant.compare(Temporal.Instant.from(expiresAt), now) <= 0;
}

async function revoke([keyId]: readonly string[], { rooms }: OperationParts): Promise<Result> {
  if (keyId === undefined)
    return refusal(`Say which key: ${CALLED.cli}keys revoke KEY_ID. \`keys list\` shows the ids.`);
  const revoked = await rooms.access.revoke(keyId);
  if (!revoked) return refusal("There is no valid key with this id. `keys list` shows the ids.");
  return { ok: true, text: `Revoked. A running service follows within 10 seconds.`, data: { keyId, revoked } };
}
