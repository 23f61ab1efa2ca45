/** What `npm start` says when it is up. */
export interface Startup {
  readonly version: string;
  readonly timeZone: string;
  readonly currency: string;
  /** "embedded PostgreSQL 18.4 in ./data (new)" */
  readonly database: string;
  /** Address with port, without a slash at the end; null when this process serves no HTTP. */
  readonly address: string | null;
  /** The admin key in words, or where to find it; null when there is nothing to say. */
  readonly adminKey: string | null;
  readonly demo: boolean;
  /** Slack, Discord and the digest: what is on, and what to set where something is off. */
  readonly chat: readonly { readonly label: string; readonly text: string }[];
  /** What this process does. */
  readonly role: "all" | "api" | "bot" | "worker";
}

const line = (label: string, text: string) => `  ${label.padEnd(10)} ${text}`;

export function startupText(startup: Startup): string {
  const { address } = startup;
  const lines = [
    `Bellwether ${startup.version} · ${startup.timeZone} · ${startup.currency}${startup.demo ? " · demo with made-up data" : ""}`,
    line("database", startup.database),
    ...(address === null
      ? [
          line(
            "role",
            startup.role === "bot" ? "bot: chat and digests, no HTTP" : "worker: rollups and housekeeping, no HTTP",
          ),
        ]
      : [line("dashboard", `${address}/metrics`)]),
    ...(startup.adminKey === null ? [] : [line("admin key", startup.adminKey)]),
    ...startup.chat.map(({ label, text }) => line(label, text)),
    ...(address === null ? [] : nextSteps(address, startup.demo)),
  ];
  return `${lines.join("\n")}\n`;
}

function nextSteps(address: string, demo: boolean): string[] {
  if (demo) return [line("next", "npm run cli -- metrics summary --demo   ·   npm run cli -- digest preview --demo")];
  return [
    line("next", "npm run cli -- metrics summary   ·   or send the first event:"),
    "",
    `  ${firstEvent(address)}`,
  ];
}

/** Where a person on this machine reaches what listens on `host`; without a slash at the end. */
export function addressInWords(host: string, port: number): string {
  const isLocal = ["127.0.0.1", "0.0.0.0", "::"].includes(host);
  return `http://${isLocal ? "localhost" : host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A command line that sends the first event; the key is named, not shown. */
export function firstEvent(address: string): string {
  const event = '{"events":[{"type":"signup","user_id":"user_1"}]}';
  return `curl ${address}/api/events -H "Authorization: Bearer $BELLWETHER_KEY" -d '${event}'`;
}
