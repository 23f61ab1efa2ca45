/** As libpq reads it: the host may be missing. Throws when it is no address. */
export function parseDatabaseUrl(url: string): URL {
  return new URL(url.replace("@/", "@localhost/").replace(":///", "://localhost/"));
}

/** Whether a connection can be tried with it. */
export function isDatabaseUrl(url: string): boolean {
  try {
    const { protocol, username, password } = parseDatabaseUrl(url);
    decodeURIComponent(username + password);
    return protocol === "postgres:" || protocol === "postgresql:";
  } catch {
    return false;
  }
}
