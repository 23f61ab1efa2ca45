import type { AlertCommandParts } from "./bot/alerts/alert-book.ts";
import { createAlertCommands } from "./bot/alerts/alert-commands.ts";
import { OPERATOR_VISIT } from "./bot/permission/gate.ts";
import { createCommands } from "./bot/commands/commands.ts";
import type { AskingContext } from "./bot/commands/context.ts";
import { createTicketCommands } from "./bot/tickets/ticket-commands.ts";
import type { Ticketing } from "./bot/tickets/ticketing.ts";
import { usageOf, type Command, type Option } from "./bot/command.ts";
import { meantCommand } from "./bot/meant-command.ts";
import { runWords } from "./bot/run-command.ts";
import { overview, wrapped, WIDTH } from "./cli-overview.ts";
import { CALLED } from "./core/called.ts";
import { START_HELP, START_USAGE } from "./start-help.ts";
import { systemClock } from "./core/time.ts";
import { DEFAULT_POLICIES } from "./core/workspace.ts";
import type { Operation } from "./operations/operation.ts";

const noNumbers = () => Promise.reject(new TypeError("help asks for no numbers"));

const noRows = (): never => {
  throw new TypeError("help asks for no rows");
};

/** Help needs no database, so that it can be read before there is one. */
const NO_DATABASE: AskingContext = {
  db: { read: { run: noNumbers, transaction: noNumbers, close: async () => {} } },
  reader: {
    summary: noNumbers,
    daily: noNumbers,
    series: noNumbers,
    period: noNumbers,
    movements: noNumbers,
    waitingTickets: noNumbers,
    explain: noNumbers,
    firstDay: noNumbers,
  },
  overviews: {
    activationFunnel: noNumbers,
    revenueBreakdown: noNumbers,
    supportOverview: noNumbers,
    errorOverview: noNumbers,
    seriesBy: noNumbers,
  },
  details: { accountMovements: noNumbers, routes: noNumbers, seriesBefore: noNumbers },
  exporter: { nameOf: noRows, windowOf: noRows, open: noNumbers },
  accessBook: { policy: noNumbers, change: noNumbers },
  subscriptions: { change: noNumbers, of: noNumbers },
  surveys: {
    open: noNumbers,
    openIf: noNumbers,
    see: noNumbers,
    answer: noNumbers,
    link: noNumbers,
    end: noNumbers,
    close: noNumbers,
    result: noNumbers,
    list: noNumbers,
    finishTelling: noNumbers,
  },
  waves: { add: noNumbers, active: noNumbers, stop: noNumbers },
  followUpOwner: null,
  pollster: { post: noNumbers, close: noNumbers, membersOf: noNumbers },
  clock: systemClock,
  workspace: { timeZone: "UTC", currency: "USD", activationDays: 7, policies: DEFAULT_POLICIES },
  firstEvent: "",
};

/** Help works on no tickets and no alerts. */
const NO_TICKETS = {} as Ticketing;
const NO_ALERTS = {} as AlertCommandParts;

/** Every command of chat, to be described and not to be run, but for `metrics help`. */
export function commandsWithoutDatabase(): Command[] {
  return createCommands(NO_DATABASE, [...createAlertCommands(NO_ALERTS), ...createTicketCommands(NO_TICKETS)]);
}

export interface HelpParts {
  readonly operations: readonly Operation[];
  readonly version: string;
  /** What stands before a command, with `--demo` when that was given. */
  readonly prefix: string;
}

/** What people and programs are shown. */
export interface Help {
  readonly ok: boolean;
  readonly text: string;
  readonly data: unknown;
}

/** `words` are what help is wanted on; without any it is one screen of 80 columns. */
export async function helpOn(words: readonly string[], parts: HelpParts): Promise<Help> {
  const { operations } = parts;
  const commands = commandsWithoutDatabase();
  if (words.length === 0) return { ok: true, text: overview(commands, parts), data: await everything(commands, parts) };
  const operation = operations.find(({ name }) => name === words[0]);
  if (operation !== undefined) {
    const { name, usage, about } = operation;
    return { ok: true, text: operationHelp(operation), data: { operation: { name, usage, about } } };
  }
  if (words[0] === "start") return { ok: true, text: `${START_HELP}\n`, data: { usage: START_USAGE } };
  const typed = words.join(" ").toLowerCase().replace(/^\//, "");
  const named = commands.filter(({ path }) => path.join(" ") === typed || typed.startsWith(`${path.join(" ")} `));
  const asked = named.length > 0 ? named : commands.filter(({ path }) => path[0] === typed);
  if (asked.length > 0) {
    const text = asked.length === 1 ? asked.map(commandHelp).join("") : groupHelp(typed, asked);
    return { ok: true, text, data: { commands: asked.map(described) } };
  }
  const paths = [...commands.map(({ path }) => path.join(" ")), ...operations.map(({ name }) => name)];
  const meant = meantCommand(words, paths, "metrics show");
  const guess =
    meant === null
      ? ""
      : ` Did you mean \`${CALLED.cli}help ${meant.startsWith("metrics show ") ? "metrics show" : meant}\`?`;
  const complaint = `There is no command \`${words.join(" ").slice(0, 60)}\`.${guess} \`${CALLED.cli}help\` lists all.`;
  return { ok: false, text: complaint, data: { complaint } };
}

async function everything(commands: readonly Command[], { operations, prefix }: HelpParts): Promise<object> {
  const { data } = await runWords(["metrics", "help", "all"], { commands, prefix, ...OPERATOR_VISIT });
  return { ...(data as object), operations: operations.map(({ name, usage, about }) => ({ name, usage, about })) };
}

function described(command: Command) {
  const { path, description, options } = command;
  return { command: path.join(" "), usage: usageOf(command), description, options };
}

function operationHelp({ usage, about }: Operation): string {
  const sentence = `${about.slice(0, 1).toUpperCase()}${about.slice(1)}.`;
  return `${[...usage.map((form) => `${CALLED.cli}${form}`), "", ...wrapped(sentence, WIDTH)].join("\n")}\n`;
}

function groupHelp(group: string, commands: readonly Command[]): string {
  const rows = commands.map(({ path, description }) => [path.slice(1).join(" "), description] as const);
  const widest = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, description]) =>
    wrapped(description, WIDTH - widest - 4).map((text, row) => `  ${(row === 0 ? name : "").padEnd(widest)}  ${text}`),
  );
  const example = `${CALLED.cli}help ${commands[0]?.path.join(" ") ?? group}`;
  return `${[`${CALLED.cli}${group} <command>`, "", ...lines, "", `What one of them takes: ${example}`].join("\n")}\n`;
}

function commandHelp(command: Command): string {
  const { description, options } = command;
  const rows = Object.entries(options).flatMap(([name, option]) =>
    option.kind === "window" ? windowWords(option) : [[name, optionWords(option)] as const],
  );
  const widest = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, words]) =>
    wrapped(words, WIDTH - widest - 6).map(
      (text, row) => `  ${(row === 0 ? `--${name}` : "").padEnd(widest + 2)}  ${text}`,
    ),
  );
  const note =
    rows.length === 0 ? [] : ["", "`--days 7`, `days=7` and `7` mean the same; so do `--month last` and `last month`."];
  const usage = wrapped(`${CALLED.cli}${usageOf(command)}`, WIDTH);
  return `${[...usage, "", ...wrapped(description, WIDTH), ...(lines.length === 0 ? [] : ["", ...lines]), ...note].join("\n")}\n`;
}

/** The names under which days are asked for. */
function windowWords({ description, fallback }: Extract<Option, { kind: "window" }>) {
  return [
    ["days", `${description}; default ${fallback}`],
    ["month", "a calendar month: 2026-10, October, last"],
    ["quarter", "a calendar quarter: 2026-Q3, Q3, last"],
    ["year", "a calendar year: 2026, last"],
    ["from", "the first day, as 2026-10-01; with --to, the last"],
  ] as const;
}

function optionWords(option: Exclude<Option, { kind: "window" }>): string {
  const { description } = option;
  switch (option.kind) {
    case "integer":
      return `${description}; ${option.min} to ${option.max}${option.fallback === undefined ? "" : `, default ${option.fallback}`}`;
    case "choice":
      return `${description}: ${option.choices.join(", ")}${option.fallback === undefined ? "" : `; default ${option.fallback}`}`;
    case "date":
      return `${description}; default ${option.fallback}`;
    case "flag":
    case "metric":
    case "reference":
    case "references":
    case "text":
      return description;
  }
}
