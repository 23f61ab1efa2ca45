import { CALLED } from "./core/called.ts";

/** How the service is started. */
export const START_USAGE = CALLED.demo.replace(/--demo$/, "[--demo]");
/** What `--help` says of it. */
export const START_HELP = `${START_USAGE}

Runs the service: API, dashboard, chat and digests. --demo serves a year of
sample data from a database of its own. Settings are environment variables, or
lines of a file .env: docs/configuration.md lists them.`;
