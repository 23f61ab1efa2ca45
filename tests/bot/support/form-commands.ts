import { defineCommand } from "../../../src/bot/command.ts";
import { FREE } from "../../../src/bot/permission/need.ts";
import type { Need } from "../../../src/bot/permission/need.ts";
import type { TargetMessage } from "../../../src/bot/command.ts";

interface Run {
  readonly values: unknown;
  readonly person: string;
  readonly channel: string;
  readonly thread: string | null;
  readonly target: TargetMessage | null;
}

/** A command with a form that has a field of every kind, and what it was run with. */
export function createTicketCommand(need: Need = FREE) {
  const runs: Run[] = [];
  const command = defineCommand({
    path: ["ticket", "open"],
    description: "opens a ticket",
    options: {
      title: { kind: "text", description: "in a line", longest: 80 },
      details: { kind: "text", description: "all there is to say", longest: 2_000, fallback: "" },
      priority: { kind: "choice", description: "how urgent", choices: ["low", "high"], fallback: "low" },
      seats: { kind: "integer", description: "how many are hit", min: 1, max: 500, fallback: 1 },
      account: { kind: "text", description: "whose", longest: 2_000, fallback: "" },
    },
    onMessage: { id: "open_ticket", label: "Open support ticket" },
    form: {
      title: "Open a support ticket",
      send: "Open",
      fields: {
        title: { label: "What is wrong", hint: "As the customer would say it" },
        details: { label: "Details", isLong: true },
        priority: { label: "Priority" },
        seats: { label: "Seats" },
      },
      prefill: ({ target }) => ({ details: target?.text ?? "" }),
    },
    access: () => need,
    async run(values, { asker, place, target = null }) {
      const { channel, thread } = place;
      runs.push({ values, person: asker.person, channel, thread, target });
      return {
        message: { tone: "good", blocks: [{ kind: "text", text: `Opened: ${values.title} (${values.priority}).` }] },
        data: values,
      };
    },
  });
  return { command, runs };
}
