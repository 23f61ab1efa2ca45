import { createCommands } from "../../../src/bot/commands/commands.ts";
import { OPERATOR_VISIT, type Gate } from "../../../src/bot/permission/gate.ts";
import { EVERYTHING, type View } from "../../../src/bot/permission/view.ts";
import { runText, type Outcome } from "../../../src/bot/run-command.ts";
import type { Details } from "../../../src/metrics/read/details.ts";
import type { Overviews } from "../../../src/metrics/read/overviews.ts";
import type { Reader } from "../../../src/metrics/read/reader.ts";
import { clock, madeUpReader, noDatabase, noRules, noSurveys, workspace } from "./made-up-numbers.ts";
import { madeUpDetails, madeUpOverviews } from "./made-up-overviews.ts";

interface Numbers {
  readonly reader?: Partial<Reader>;
  readonly overviews?: Partial<Overviews>;
  readonly details?: Partial<Details>;
}

export function commandsOf({ reader, overviews, details }: Numbers = {}) {
  return createCommands({
    ...noSurveys,
    db: noDatabase,
    accessBook: noRules,
    reader: madeUpReader(reader),
    overviews: madeUpOverviews(overviews),
    details: madeUpDetails(details),
    clock,
    workspace,
    firstEvent: "curl http://localhost:3000",
  });
}

/** Asks as somebody who may be told what `view` holds. */
export function ask(text: string, numbers: Numbers = {}, view: Partial<View> = {}): Promise<Outcome> {
  const gate: Gate = { ...OPERATOR_VISIT.gate, admit: async () => ({ ok: true, view: { ...EVERYTHING, ...view } }) };
  return runText(text, { commands: commandsOf(numbers), prefix: "/", ...OPERATOR_VISIT, gate });
}
