import type { AlertCommandParts } from "./bot/alerts/alert-book.ts";
import { createAlertCommands } from "./bot/alerts/alert-commands.ts";
import { OPERATOR_VISIT } from "./bot/permission/gate.ts";
import { createCommands } from "./bot/commands/commands.ts";
import type { AskingContext } from "./bot/commands/context.ts";
import { createTicketCommands } from "./bot/tickets/ticket-commands.ts";
import type { Ticketing } from "./bot/tickets/ticketing.ts";
import type { Block } from "./bot/message.ts";
import { runWords, type Outcome } from "./bot/run-command.ts";
import { systemClock } from "./core/time.ts";
import { DEFAULT_POLICIES } from "./core/workspace.ts";
import type { Operation } from "./operations/operation.ts";

/** Whether the words ask what can be typed at all. */
export function asksForHelp(words: readonly string[]): boolean {
  const [first, second, ...more] = words;
  if (words.some((word) => word === "--help" || word === "-h")) return true;
  if (first === undefined || first === "help") return true;
  return first === "metrics" && (second === undefined || second === "help") && more.length === 0;
}

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

/** The help of chat, and what the terminal alone can do. */
export async function helpOf(operations: readonly Operation[], prefix: string): Promise<Outcome> {
  const chat = await runWords(["metrics", "help", "all"], {
    commands: createCommands(NO_DATABASE, [...createAlertCommands(NO_ALERTS), ...createTicketCommands(NO_TICKETS)]),
    prefix,
    ...OPERATOR_VISIT,
  });
  const [commands, ...metrics] = chat.message.blocks;
  const rows = operations.flatMap(({ usage, about }) =>
    usage.map((form, index) => [`${prefix}${form}`, index === 0 ? about : ""]),
  );
  const terminal: Block = {
    kind: "table",
    columns: [
      { label: "In the terminal only", align: "left" },
      { label: "To", align: "left" },
    ],
    rows,
  };
  const flags: Block = {
    kind: "note",
    text: "`--json` prints data, `--demo` asks the demo, `--out FILE` writes the chart of `metrics show` as PNG, or says where an export goes.",
  };
  return {
    ok: true,
    isShareable: true,
    message: { ...chat.message, blocks: [...(commands === undefined ? [] : [commands]), terminal, ...metrics, flags] },
    data: {
      ...(chat.data as object),
      operations: operations.map(({ name, usage, about }) => ({ name, usage, about })),
    },
  };
}
