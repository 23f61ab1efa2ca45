import { catalogueRows } from "../../metrics/catalogue.ts";
import { FREE } from "../permission/need.ts";
import { defineCommand, usageOf, type Command } from "../command.ts";
import { GROUP_NAMES } from "../group-names.ts";
import type { Message } from "../message.ts";

/** `commands` are all others; help adds itself. */
export function createHelp(commands: readonly Command[]): Command {
  const help: Command = defineCommand({
    path: ["metrics", "help"],
    description: "this list",
    options: {},
    access: () => FREE,
    async run(_, { prefix }) {
      const all = [...commands, help];
      return { message: helpMessage(all, prefix), data: { commands: all.map(described), metrics: catalogueRows() } };
    },
  });
  return help;
}

function described(command: Command) {
  const { description, options } = command;
  return { command: command.path.join(" "), usage: usageOf(command), description, options };
}

function helpMessage(commands: readonly Command[], prefix: string): Message {
  const rows = catalogueRows();
  const groups = Object.entries(GROUP_NAMES).map(([group, label]) => {
    const names = rows.filter((row) => row.group === group).map(({ name }) => name);
    return [label, names.join(", ")];
  });
  return {
    title: "What you can ask",
    tone: "neutral",
    blocks: [
      {
        kind: "table",
        columns: [
          { label: "Write", align: "left" },
          { label: "To see", align: "left" },
        ],
        rows: commands.map((command) => [`${prefix}${usageOf(command)}`, command.description]),
      },
      {
        kind: "table",
        columns: [
          { label: "Group", align: "left" },
          { label: "Metrics", align: "left" },
        ],
        rows: groups,
      },
      { kind: "note", text: "`7`, `days=7` and `--days 7` mean the same." },
    ],
  };
}
