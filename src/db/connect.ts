import postgres from "postgres";
import { parseDatabaseUrl } from "./database-url.ts";

/** A postgres.js client of one or more connections. */
export type Client = postgres.Sql;

export interface ConnectionSettings {
  readonly max: number;
  readonly applicationName?: string;
  /** The server ends statements that take longer. */
  readonly statementTimeoutMs?: number;
  /** Called each time one of the connections has closed. */
  readonly onClose?: () => void;
  /** Opens the connection's socket; by default postgres.js does. */
  readonly socket?: (target: SocketTarget) => unknown;
}

/** Where postgres.js wants to connect to: a unix socket's path, or hosts and their ports. */
export interface SocketTarget {
  readonly path: string | false;
  readonly host: readonly string[];
  readonly port: readonly number[];
}

export const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Opens connections to `url`. A folder in `?host=` is a unix socket, as libpq understands it;
 * postgres.js alone would send it to the server as a setting.
 */
export function connect(url: string, settings: ConnectionSettings): Client {
  const { onClose, socket } = settings;
  const { location, socketFolder } = splitAddress(url);
  const options = {
    ...(socketFolder === null ? {} : { host: socketFolder }),
    ...(onClose === undefined ? {} : { onclose: () => onClose() }),
    ...(socket === undefined ? {} : { socket }),
    max: settings.max,
    fetch_types: false,
    connect_timeout: CONNECT_TIMEOUT_MS / 1_000,
    max_lifetime: null,
    backoff: () => 0.1,
    onnotice: () => {},
    connection: {
      application_name: settings.applicationName ?? "bellwether",
      TimeZone: "UTC",
      ...(settings.statementTimeoutMs === undefined ? {} : { statement_timeout: settings.statementTimeoutMs }),
    },
  };
  return postgres(location, options as postgres.Options<{}>);
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = parseDatabaseUrl(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.toString();
}

function splitAddress(url: string): { location: string; socketFolder: string | null } {
  const parsed = parseDatabaseUrl(url);
  const socketFolder = parsed.searchParams.get("host");
  parsed.searchParams.delete("host");
  return { location: parsed.toString(), socketFolder };
}
