import postgres from "postgres";
import type { Sql } from "./client.ts";

export interface ConnectionSettings {
  readonly max: number;
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
}

/**
 * Opens connections to `url`. A folder in `?host=` is a unix socket, as libpq understands it;
 * postgres.js alone would send it to the server as a setting.
 */
export function connect(url: string, settings: ConnectionSettings): Sql {
  const parsed = new URL(url.replace("@/", "@localhost/").replace(":///", "://localhost/"));
  const socketFolder = parsed.searchParams.get("host");
  parsed.searchParams.delete("host");
  return postgres(parsed.toString(), {
    ...(socketFolder === null ? {} : { host: socketFolder }),
    max: settings.max,
    fetch_types: false,
    connect_timeout: 3,
    onnotice: () => {},
    connection: {
      application_name: settings.applicationName ?? "bellwether",
      TimeZone: "UTC",
      ...(settings.statementTimeoutMs === undefined ? {} : { statement_timeout: settings.statementTimeoutMs }),
    },
  });
}
