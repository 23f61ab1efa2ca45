import { LogLevel, type Logger } from "@slack/bolt";
import type { Log } from "../../../core/log.ts";

const SECRETS = /\b(?:xox[a-z]|xapp)-[\w-]+|(?:https?|wss?):\/\/\S+/gu;

/** The SDK's warnings, without what could hold a token or an address with one. */
export function createSdkLog(log: Log): Logger {
  const tell = (level: "debug" | "warn", parts: readonly unknown[]) => {
    const [first] = parts;
    const text = typeof first === "string" ? first.replaceAll(SECRETS, "[secret]").slice(0, 300) : "";
    log[level]({ platform: "slack", sdk: text }, "The Slack SDK says something.");
  };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => tell("debug", parts),
    error: (...parts) => tell("warn", parts),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
