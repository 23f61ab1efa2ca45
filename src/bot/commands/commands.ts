import type { Command } from "../command.ts";
import { createAccessCommands } from "./access-commands.ts";
import type { AskingContext } from "./context.ts";
import { createDigestChanges } from "./digest-changes.ts";
import { createDigestList } from "./digest-list.ts";
import { createDigestPreview } from "./digest-preview.ts";
import { createErrors } from "./errors.ts";
import { createDigestSections } from "./digest-sections.ts";
import { createExplain } from "./explain.ts";
import { createFeatures } from "./features.ts";
import { createFunnel } from "./funnel.ts";
import { createExport } from "./export.ts";
import { createHelp } from "./help.ts";
import { createLink } from "./link.ts";
import { createNpsAnswer } from "./nps-answer.ts";
import { createNpsAsk } from "./nps-ask.ts";
import { createNpsResults } from "./nps-results.ts";
import { createNpsClose, createNpsList } from "./nps-rounds.ts";
import { createRevenue } from "./revenue.ts";
import { createNpsSchedules } from "./nps-schedule.ts";
import { createNpsWho } from "./nps-who.ts";
import { createShow } from "./show.ts";
import { createSummary } from "./summary.ts";
import { createSupport } from "./support.ts";

/** All commands, in the order in which help lists them; `features` brings those of rooms of their own. */
export function createCommands(context: AskingContext, features: readonly Command[] = []): Command[] {
  const commands = [
    createSummary(context),
    createShow(context),
    createRevenue(context),
    createFunnel(context),
    createFeatures(context),
    createSupport(context),
    createErrors(context),
    createExplain(context),
    createExport(context),
    createDigestPreview(context),
    createDigestList(context),
    ...createDigestChanges(context),
    createDigestSections(context),
    ...createNpsCommands(context),
    ...features,
    ...createAccessCommands(context),
  ];
  return [...commands, createHelp(commands)];
}

function createNpsCommands(context: AskingContext): Command[] {
  return [
    createNpsAsk(context),
    createNpsAnswer(context),
    createNpsResults(context),
    createNpsList(context),
    createNpsClose(context),
    ...createNpsSchedules(context),
    ...createNpsWho(context),
    createLink(context),
  ];
}
