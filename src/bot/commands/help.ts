import { Problem } from "../../core/problem.ts";
import { catalogueRows, metricNames } from "../../metrics/catalogue.ts";
import { asks, FREE, type Need } from "../permission/need.ts";
import { defineCommand, shortUsageOf, usageOf, type Command, type Invocation, type Option } from "../command.ts";
import { GROUP_NAMES } from "../group-names.ts";
import type { Block, Message } from "../message.ts";

const SHORT = "short";
const ALL = "all";
const NOTHING_HERE: Block = { kind: "text", text: "None of these commands is open to you." };

type Offered = (need: Need) => boolean;

/** `commands` are all others; help adds itself. What the asker may not do is not listed. */
export function createHelp(commands: readonly Command[]): Command {
  const subjects = [...new Set(["metrics", ...commands.map(subjectOf)])];
  const help: Command = defineCommand({
    path: ["metrics", "help"],
    description: "this list",
    options: {
      about: {
        kind: "choice",
        description: "which commands, with all they take",
        choices: [SHORT, ...subjects, ALL],
        fallback: SHORT,
      },
    },
    access: () => FREE,
    async run({ about }, invocation) {
      const offered = await offeredTo(invocation);
      const all = [...commands, help].filter((command) => needsOf(command).some(offered));
      const metrics = catalogueRows().filter(({ group }) => offered(asks(group)));
      const message = helpMessage(about, all, metrics, invocation.prefix);
      return { message, data: { commands: all.map(described), metrics } };
    },
  });
  return help;
}

/** Without the policy everything is listed: a list gives nothing away, and what is given is checked again. */
async function offeredTo({ offers }: Invocation): Promise<Offered> {
  if (offers === undefined) return () => true;
  try {
    return await offers();
  } catch (error) {
    if (error instanceof Problem) return () => true;
    throw error;
  }
}

/** What the command can need, whatever is asked of it. */
function needsOf(command: Command): Need[] {
  const usual = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [name, valuesOf(option)[0] ?? null]),
  );
  const variants = Object.entries(command.options).flatMap(([name, option]) =>
    valuesOf(option).map((value) => ({ ...usual, [name]: value })),
  );
  return [usual, ...variants].map((values) => command.access(values as never));
}

/** Those on which a need can hang. */
function valuesOf(option: Option): readonly (string | null)[] {
  switch (option.kind) {
    case "metric":
      return metricNames;
    case "choice":
      return option.choices;
    case "integer":
    case "flag":
    case "window":
    case "date":
    case "reference":
    case "references":
    case "text":
      return [];
  }
}

function subjectOf({ path }: Command): string {
  return path[0] ?? "";
}

function described(command: Command) {
  const { description, options } = command;
  return { command: command.path.join(" "), usage: usageOf(command), description, options };
}

function helpMessage(
  about: string,
  commands: readonly Command[],
  metrics: ReturnType<typeof catalogueRows>,
  prefix: string,
): Message {
  const small: Block = {
    kind: "note",
    text: "`7`, `days=7` and `--days 7` mean the same. Instead of days: `last month`, `October`, `Q3 2025`, `--month 2026-10`, `--quarter 2026-Q3`, `--year 2026`, `--from 2026-10-01 --to 2026-10-31`.",
  };
  const title = "What you can ask";
  if (about === ALL)
    return {
      title,
      tone: "neutral",
      blocks: [commandTable(commands, usageOf, prefix), ...metricTable(metrics), small],
    };
  const subjects = [...new Set(["metrics", ...commands.map(subjectOf)])];
  const menu: Block = {
    kind: "menu",
    label: "All that commands take",
    replaces: true,
    options: subjects.map((subject) => ({ label: `${prefix}${subject}`, command: `metrics help ${subject}` })),
  };
  const own = (subject: string) => commands.filter((command) => subjectOf(command) === subject);
  if (about !== SHORT)
    return {
      title: `What you can ask of ${prefix}${about}`,
      tone: "neutral",
      blocks: own(about).length === 0 ? [NOTHING_HERE, menu] : [commandTable(own(about), usageOf, prefix), small, menu],
    };
  const [first = "", ...others] = subjects;
  return {
    title,
    tone: "neutral",
    blocks: [
      commandTable(own(first), shortUsageOf, prefix),
      ...(others.length === 0 ? [] : [subjectTable(others.map(own), prefix)]),
      ...metricTable(metrics),
      small,
      menu,
    ],
  };
}

function commandTable(commands: readonly Command[], usage: (command: Command) => string, prefix: string): Block {
  return {
    kind: "table",
    columns: [
      { label: "Write", align: "left" },
      { label: "To see", align: "left" },
    ],
    rows: commands.map((command) => [`${prefix}${usage(command)}`, command.description]),
  };
}

/** One row a subject: what stands behind its name. */
function subjectTable(subjects: readonly (readonly Command[])[], prefix: string): Block {
  return {
    kind: "table",
    columns: [
      { label: "Also", align: "left" },
      { label: "With", align: "left" },
    ],
    rows: subjects.flatMap((commands) => {
      const [first] = commands;
      if (first === undefined) return [];
      const words = commands.map(({ path }) => path.slice(1).join(" ")).filter((word) => word !== "");
      return [[`${prefix}${subjectOf(first)}`, words.length === 0 ? first.description : words.join(", ")]];
    }),
  };
}

function metricTable(metrics: ReturnType<typeof catalogueRows>): Block[] {
  const rows = Object.entries(GROUP_NAMES).flatMap(([group, label]) => {
    const names = metrics.filter((row) => row.group === group).map(({ name }) => name);
    return cellsOf(names).map((cell, index) => [index === 0 ? label : "", cell]);
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      columns: [
        { label: "Group", align: "left" },
        { label: "Metrics", align: "left" },
      ],
      rows,
    },
  ];
}

/** Chat cuts a cell that is longer. */
const LONGEST_CELL = 250;

function cellsOf(names: readonly string[]): string[] {
  const cells: string[] = [];
  for (const name of names) {
    const longer = `${cells.at(-1) ?? ""}, ${name}`;
    if (cells.length > 0 && longer.length <= LONGEST_CELL) cells[cells.length - 1] = longer;
    else cells.push(name);
  }
  return cells;
}
