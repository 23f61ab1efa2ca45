import { CALLED } from "./core/called.ts";

/** Where the key is that the first event can be sent with. */
export type KnownKey =
  /** On a terminal, once. */
  | { readonly kind: "shown"; readonly key: string }
  /** In a file that its owner alone can read; an absolute path. */
  | { readonly kind: "file"; readonly path: string; readonly isNew: boolean };

/** What `npm start` says when it is up. */
export interface Startup {
  readonly version: string;
  readonly timeZone: string;
  readonly currency: string;
  /** "embedded PostgreSQL 18.4 in ./data (new)" */
  readonly database: string;
  /** Address with port, without a slash at the end; null when this process serves no HTTP. */
  readonly address: string | null;
  /** Null: no key is known in words, because it was shown once before or is a secret of the environment. */
  readonly adminKey: KnownKey | null;
  readonly demo: boolean;
  /** Slack, Discord and the digest: what is on, and what to set where something is off. */
  readonly chat: readonly { readonly label: string; readonly text: string }[];
  /** What this process does. */
  readonly role: "all" | "api" | "bot" | "worker";
}

const line = (label: string, text: string) => `  ${label.padEnd(10)} ${text}`;

export function startupText(startup: Startup): string {
  return `${[...whereLines(startup), ...nextLines(startup)].join("\n")}\n`;
}

/** Said as soon as the demo listens; `demoReadyText` follows when its data are there. */
export function demoListeningText(startup: Startup): string {
  return `${whereLines(startup).join("\n")}\n`;
}

export function demoReadyText(): string {
  return `${line("next", `${CALLED.cli}--demo metrics summary   ·   ${CALLED.cli}--demo digest preview`)}\n`;
}

function whereLines({ version, timeZone, currency, database, address, adminKey, demo, chat, role }: Startup): string[] {
  const offline = role === "bot" ? "bot: chat and digests, no HTTP" : "worker: rollups and housekeeping, no HTTP";
  return [
    `Bellwether ${version} · ${timeZone} · ${currency}${demo ? " · demo with sample data" : ""}`,
    line("database", database),
    address === null ? line("role", offline) : line("dashboard", `${address}/metrics`),
    ...(adminKey === null ? [] : keyLine(adminKey)),
    ...chat.map(({ label, text }) => line(label, text)),
  ];
}

function keyLine(known: KnownKey): string[] {
  if (known.kind === "shown") return [line("admin key", `${known.key}  (shown this once; only its hash is kept)`)];
  return known.isNew ? [line("admin key", `in ${known.path} (only its hash is kept elsewhere)`)] : [];
}

function nextLines({ address, adminKey }: Startup): string[] {
  if (address === null) return [];
  const summary = `${CALLED.cli}metrics summary`;
  if (adminKey === null) return [line("next", `${summary}   ·   ${CALLED.cli}keys create --scope ingest`)];
  return [
    line("next", `${summary}   ·   or send the first event:`),
    "",
    ...(adminKey.kind === "shown" ? [`  export BELLWETHER_KEY=${adminKey.key}`] : []),
    `  ${firstEvent(address, adminKey.kind === "file" ? adminKey.path : null)}`,
  ];
}

/** Where a person on this machine reaches what listens on `host`; without a slash at the end. */
export function addressInWords(host: string, port: number): string {
  const isLocal = ["127.0.0.1", "0.0.0.0", "::"].includes(host);
  return `http://${isLocal ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A command line that sends the first event. It takes the key from `keyFile`, or else from $BELLWETHER_KEY. */
export function firstEvent(address: string, keyFile: string | null): string {
  const event = '{"events":[{"type":"signup","user_id":"user_1"}]}';
  const key = keyFile === null ? "$BELLWETHER_KEY" : `$(cat '${keyFile.replaceAll("'", "'\\''")}')`;
  return `curl ${address}/api/events -H "Authorization: Bearer ${key}" -d '${event}'`;
}
