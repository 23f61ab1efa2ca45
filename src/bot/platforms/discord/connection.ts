import { randomBytes } from "node:crypto";
import { Client, Events, GatewayIntentBits, GatewayOpcodes, type Interaction } from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import { closedProblem, unreachableProblem } from "./failures.ts";
import type { Packet } from "./happenings.ts";

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessageReactions,
] as const;

interface ConnectionParts {
  readonly token: string;
  readonly apiUrl: string | null;
  readonly sharding: boolean;
  readonly readyWithinMs: number;
  readonly log: Log;
  readonly onInteraction: (interaction: Interaction) => void;
  /** Asks for what people write, which Discord grants to apps that turned it on. */
  readonly messageContent: boolean;
  /** Any dispatch came. */
  readonly onHeard: () => void;
  readonly onDispatch: (packet: Packet) => void;
  /** Connected, or again. */
  readonly onReady: () => void;
  /** The gateway takes us back no more. */
  readonly onClosed: (code: number) => void;
}

/** A client whose gateway says nothing surprising to the process. Rejects when it does not become ready. */
export async function connect(parts: ConnectionParts): Promise<Client<true>> {
  const { token, apiUrl, sharding, log } = parts;
  const client = new Client({
    intents: [...INTENTS, ...(parts.messageContent ? [GatewayIntentBits.MessageContent] : [])],
    allowedMentions: { parse: [] },
    rest: { ...(apiUrl === null ? {} : { api: apiUrl }), timeout: 10_000 },
    ...(sharding ? { shards: "auto" as const } : {}),
  });
  surviveMalformedDispatches(client, log);
  client.on(Events.Raw, parts.onHeard);
  client.on(Events.Raw, parts.onDispatch);
  // After op 9 there is no second clientReady.
  client.on(Events.ShardReady, parts.onReady);
  client.on(Events.ShardResume, parts.onReady);
  client.on(Events.InteractionCreate, parts.onInteraction);
  client.on(Events.Error, (error) => log.warn({ error: describeError(error) }, "Discord's client reports an error."));
  client.on(Events.ShardError, (error) =>
    log.warn({ error: describeError(error) }, "Discord's gateway was lost; connecting again."),
  );
  try {
    await becomeReady(client, token, parts.readyWithinMs);
  } catch (thrown) {
    await client.destroy();
    throw thrown;
  }
  client.on(Events.ShardDisconnect, ({ code }) => parts.onClosed(code));
  if (!client.isReady()) throw unreachableProblem("not ready");
  return client;
}

async function becomeReady(client: Client, token: string, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(unreachableProblem("the gateway does not become ready")), withinMs);
      client.once(Events.ClientReady, () => resolve());
      client.once(Events.ShardDisconnect, ({ code }) => reject(closedProblem(code)));
      client.login(token).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

type Listener = (...values: unknown[]) => unknown;

/** The insides of the SDK (14.28) that hand on what the gateway sends. */
interface GatewayInsides {
  _ws: {
    listeners(event: "dispatch"): Listener[];
    removeAllListeners(event: "dispatch"): void;
    on(event: "dispatch", listener: Listener): void;
  };
  attachEvents: () => void;
  handlePacket: Listener;
}

/** discord.js throws inside its listeners when a dispatch lacks a field, which would end the process. */
function surviveMalformedDispatches(client: Client, log: Log): void {
  const gateway = client.ws as unknown as GatewayInsides;
  const guarded =
    (listener: Listener): Listener =>
    (...values) => {
      try {
        return listener(...values);
      } catch (thrown) {
        log.warn({ error: describeError(thrown) }, "Discord sent something that could not be read; it is left out.");
        return undefined;
      }
    };
  const attachEvents = gateway.attachEvents.bind(gateway);
  gateway.handlePacket = guarded(gateway.handlePacket.bind(gateway));
  gateway.attachEvents = () => {
    attachEvents();
    const listeners = gateway["_ws"].listeners("dispatch");
    gateway["_ws"].removeAllListeners("dispatch");
    for (const listener of listeners) gateway["_ws"].on("dispatch", guarded(listener));
  };
}

/** Asks for the one member that every bot may see, itself: the gateway answers with a dispatch. */
export function askForSign(client: Client<true>): void {
  for (const shard of client.ws.shards.values()) {
    const guild = client.guilds.cache.find(({ shardId }) => shardId === shard.id);
    if (guild === undefined) continue;
    const nonce = randomBytes(8).toString("hex");
    const d = { guild_id: guild.id, user_ids: [client.user.id], limit: 0, nonce };
    client.ws.shards.get(shard.id)?.send({ op: GatewayOpcodes.RequestGuildMembers, d });
  }
}
