import { catalogueRows, type Group } from "../../metrics/catalogue.ts";
import { defineCommand, usageOf, type Command } from "../command.ts";
import type { Message } from "../message.ts";

/** `commands` are all others; help adds itself. */
export function createHelp(commands: readonly Command[]): Command {
  const help: Command = defineCommand({
    path: ["metrics", "help"],
    description: "this list",
    options: {},
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

const GROUPS: Readonly<Record<Group, string>> = {
  people: "People",
  revenue: "Revenue",
  usage: "Usage",
  health: "Health",
  satisfaction: "Satisfaction",
  support: "Support",
};

function helpMessage(commands: readonly Command[], prefix: string): Message {
  const rows = catalogueRows();
  const groups = Object.entries(GROUPS).map(([group, label]) => {
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
