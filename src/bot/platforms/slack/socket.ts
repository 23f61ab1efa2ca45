import { setTimeout as sleep } from "node:timers/promises";
import { SocketModeReceiver, type App, type Logger } from "@slack/bolt";
import { describeError, type Log } from "../../../core/log.ts";
import { appTokenSentence } from "./credentials.ts";
import { isTokenRefusal, refusalCode } from "./refusals.ts";

interface SocketParts {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  readonly sdkLog: Logger;
  /** Slack said hello, the first time and each time after. */
  readonly onConnected: () => void;
  /** Slack does not know the token any more: connecting is no use before somebody mends it. */
  readonly onRefused: (reason: string) => void;
}

/** Socket Mode, connected until stopped. */
export interface Socket {
  init(app: App): void;
  /** Resolves when Slack said hello. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const HELLO_MS = 10_000;
const LONGEST_REST_MS = 30_000;
const STOP_MS = 2_000;

/**
 * We connect again ourselves: the SDK's own reconnecting ends in an unhandled rejection when Slack cannot be reached, and
 * waits for a hello without end.
 */
export function createSocket(parts: SocketParts): Socket {
  const { log } = parts;
  const receiver = receiverOf(parts);
  const stopping = new AbortController();
  let lost: () => void = () => undefined;
  receiver.client.on("disconnected", () => lost());
  receiver.client.on("connected", () => parts.onConnected());

  function refuse(reason: string): void {
    log.error({ platform: "slack" }, reason);
    parts.onRefused(reason);
  }

  async function keepConnected(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const disconnected = new Promise<void>((resolve) => (lost = resolve));
      try {
        await connect(receiver);
        if (failures > 0) log.info({ platform: "slack" }, "Slack is connected again.");
        failures = 0;
        await disconnected;
      } catch (thrown) {
        if (isTokenRefusal(thrown)) return refuse(appTokenSentence(refusalCode(thrown) ?? "invalid_auth"));
        if (failures === 0) log.warn({ platform: "slack", error: describeError(thrown) }, "Slack is out of reach.");
        failures += 1;
        const rest = Math.min(500 * 2 ** failures, LONGEST_REST_MS);
        await sleep(rest, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    init: (app) => receiver.init(app),
    async start() {
      const hello = new Promise<void>((resolve) => receiver.client.once("connected", () => resolve()));
      void keepConnected();
      await Promise.race([hello, sleep(HELLO_MS, undefined, { ref: false })]);
    },
    async stop() {
      stopping.abort();
      const gone = new Promise<void>((resolve) => (lost = resolve));
      await receiver.stop().catch(() => undefined);
      await Promise.race([gone, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}

function receiverOf({ appToken, apiUrl, sdkLog }: SocketParts): SocketModeReceiver {
  const clientOptions = {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: HELLO_MS,
  };
  return new SocketModeReceiver({
    appToken,
    logger: sdkLog,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  });
}

/** Rejects when Slack does not say hello in time. */
async function connect(receiver: SocketModeReceiver): Promise<void> {
  const timer = new AbortController();
  const silent = sleep(HELLO_MS, undefined, { signal: timer.signal }).then(
    () => {
      throw new Error("Slack did not say hello");
    },
    () => undefined,
  );
  try {
    await Promise.race([Promise.resolve(receiver.start()), silent]);
  } catch (thrown) {
    await receiver.stop().catch(() => undefined);
    throw thrown ?? new Error("Slack closed the socket");
  } finally {
    timer.abort();
  }
}
