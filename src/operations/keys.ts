import { parseArgs } from "node:util";
import { Temporal } from "../core/time.ts";
import { SCOPES, type Scope } from "../access/scope.ts";
import { refusal, typingMistake, type Operation, type OperationParts, type Result } from "./operation.ts";

const RATE_AT_MOST = 1_000_000;

export const keys: Operation = {
  name: "keys",
  usage: ["keys create --scope ingest|read|admin [--source NAME] [--rate N]", "keys list", "keys revoke KEY_ID"],
  about: "make, list and revoke API keys",
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

async function create(words: readonly string[], { rooms }: OperationParts): Promise<Result> {
  const given = readOptions(words);
  if ("ok" in given) return given;
  const { scope, source, rate } = given;
  if (!isScope(scope)) return refusal(`Say what the key may do: --scope ${SCOPES.join("|")}.`);
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
  const made = await rooms.access.create({
    scope,
    ...(source === undefined ? {} : { source }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  });
  return {
    ok: true,
    text: [
      made.key,
      `Shown this once; only its hash is kept. Revoke it with: npm run cli -- keys revoke ${made.keyId}`,
      `For the examples: export BELLWETHER_KEY=${made.key}`,
    ].join("\n"),
    data: made,
  };
}

function readOptions(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { scope: { type: "string" }, source: { type: "string" }, rate: { type: "string" } },
    });
    return values;
  } catch (thrown) {
    return typingMistake(thrown, keys);
  }
}

async function list({ rooms, foundation }: OperationParts): Promise<Result> {
  const all = await rooms.access.list();
  const now = foundation.clock.now();
  const lines = all.map((key) => {
    const state = key.revokedAt !== null ? "revoked" : isExpired(key.expiresAt, now) ? "expired" : "valid";
    return `${key.keyId}  ${key.scope.padEnd(6)}  ${key.source.padEnd(12)}  ${key.requestsPerSecond}/s  ${state}  made ${key.createdAt.slice(0, 10)}`;
  });
  const none = "No keys yet. Make one with: npm run cli -- keys create --scope ingest";
  return { ok: true, text: lines.length === 0 ? none : lines.join("\n"), data: all };
}

function isExpired(expiresAt: string | null, now: Temporal.Instant): boolean {
  return expiresAt !== null && Temporal.Instant.compare(Temporal.Instant.from(expiresAt), now) <= 0;
}

async function revoke([keyId]: readonly string[], { rooms }: OperationParts): Promise<Result> {
  if (keyId === undefined)
    return refusal("Say which key: npm run cli -- keys revoke KEY_ID. `keys list` shows the ids.");
  const revoked = await rooms.access.revoke(keyId);
  if (!revoked) return refusal("There is no valid key with this id. `keys list` shows the ids.");
  return { ok: true, text: `Revoked. A running service follows within 10 seconds.`, data: { keyId, revoked } };
}
