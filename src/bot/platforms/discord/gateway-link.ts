import type { Client, Interaction } from "discord.js";
import { describeError, type Log } from "../../../core/log.ts";
import { askForSign, connect } from "./connection.ts";
import { CHECK_EVERY_MS, createDeafness } from "./deafness.ts";
import type { Packet } from "./happenings.ts";

interface GatewayLinkParts {
  readonly token: string;
  readonly apiUrl: string | null;
  readonly sharding: boolean;
  readonly messageContent: boolean;
  readonly log: Log;
  /** Calls `check` every so often and answers how to end that. */
  readonly every?: (ms: number, check: () => void) => () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly steadyNow?: () => number;
  readonly readyWithinMs?: number;
}

/** What is listened to. */
export interface Ears {
  readonly onInteraction: (interaction: Interaction) => void;
  readonly onDispatch: (packet: Packet) => void;
  readonly onReady: () => void;
  /** The gateway takes us back no more. */
  readonly onClosed: (code: number) => void;
}

/** The connection to the gateway, made anew when it has gone deaf. */
interface GatewayLink {
  /** Null while there is none. */
  client(): Client<true> | null;
  open(ears: Ears): Promise<Client<true>>;
  /** For good. */
  close(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

export function createGatewayLink(parts: GatewayLinkParts): GatewayLink {
  const { log, readyWithinMs = READY_WITHIN_MS } = parts;
  const { every = everyReal, steadyNow = () => performance.now() } = parts;
  let client: Client<true> | null = null;
  let stopWatch = () => {};
  let isClosed = false;

  async function open(ears: Ears): Promise<Client<true>> {
    const deafness = createDeafness({
      now: steadyNow,
      ask: () => (client === null ? undefined : askForSign(client)),
      onDeaf: () => {
        log.warn({}, "Discord's gateway answers heartbeats and nothing else; connecting anew.");
        void reopen(ears);
      },
    });
    const opened = await connect({
      ...parts,
      readyWithinMs,
      ...ears,
      onHeard: () => deafness.heard(),
    });
    client = opened;
    stopWatch = every(CHECK_EVERY_MS, () => {
      if (opened.guilds.cache.size > 0) deafness.check();
    });
    return opened;
  }

  async function letGo(): Promise<void> {
    stopWatch();
    const old = client;
    client = null;
    await old?.destroy();
  }

  async function reopen(ears: Ears): Promise<void> {
    try {
      await letGo();
      if (!isClosed) await open(ears);
      if (isClosed) await letGo();
    } catch (thrown) {
      log.warn({ error: describeError(thrown) }, "Discord's gateway cannot be reached; trying again.");
      if (isClosed) return;
      stopWatch = every(CHECK_EVERY_MS, () => {
        stopWatch();
        void reopen(ears);
      });
    }
  }

  return {
    client: () => client,
    open,
    async close() {
      isClosed = true;
      await letGo();
    },
  };
}

function everyReal(ms: number, check: () => void): () => void {
  const timer = setInterval(check, ms);
  return () => clearInterval(timer);
}
