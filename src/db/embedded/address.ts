import { SUPERUSER } from "./data-folder.ts";

/** The address of a database of the server whose socket lies in the folder. */
export function addressOf(socketFolder: string, database: string): string {
  return `postgres://${SUPERUSER}@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(socketFolder)}`;
}
