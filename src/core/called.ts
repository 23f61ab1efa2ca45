/** How people type the commands of this installation. */
export interface Called {
  /** What stands before a command: "npm run cli -- " in a checkout, "npx bellwether " where the package is installed. */
  readonly cli: string;
  /** "npm start", "npx bellwether start" */
  readonly start: string;
  /** "npm start -- --demo", "npx bellwether start --demo" */
  readonly demo: string;
}

const BY_NPM: Called = { cli: "npm run cli -- ", start: "npm start", demo: "npm start -- --demo" };

/** `entry` is the path of the program that runs, as node knows it: of the command's link when that was used. */
export function calledBy(entry: string | undefined): Called {
  const parts = (entry ?? "").split(/[\\/]/);
  const name = parts.at(-1) ?? "";
  if (name !== "bellwether" && name !== "bellwether.js") return BY_NPM;
  const isOnPath = name === "bellwether" && parts.at(-2) !== ".bin";
  const command = isOnPath ? "bellwether" : "npx bellwether";
  return { cli: `${command} `, start: `${command} start`, demo: `${command} start --demo` };
}

export const CALLED = calledBy(process.argv[1]);
