import { localDay } from "../../core/time.ts";
import type { RevenueBreakdown } from "../../metrics/answers.ts";
import type { MovementPage } from "../../metrics/read/movement-page.ts";
import { defineCommand, type Command } from "../command.ts";
import { asks } from "../permission/need.ts";
import type { View } from "../permission/view.ts";
import type { CommandContext } from "./context.ts";
import { overviewMessage } from "./overview.ts";
import { pageButtons, pageOption, pageText, readPage, type Page } from "./paging.ts";
import { movementBlocks, movementsChart, namedMovements, revenueFacts, tierTable } from "./revenue-blocks.ts";
import { windowMeant, windowOption, type WindowMeant } from "./window-options.ts";

const COMMAND = "metrics revenue";
const ACCOUNTS_A_PAGE = 10;

export function createRevenue(context: CommandContext): Command {
  const { overviews, details, clock, workspace } = context;
  return defineCommand({
    path: ["metrics", "revenue"],
    description: "MRR: what came and what went, how well it stays, by plan",
    options: { window: windowOption, page: pageOption },
    access: () => asks("revenue"),
    async run(values, { view }) {
      const window = windowMeant(values.window, localDay(clock.now(), workspace.timeZone));
      const asked = window.wish;
      const isNamed = view.names.has("revenue");
      const [breakdown, { page, found }] = await Promise.all([
        overviews.revenueBreakdown(asked),
        isNamed
          ? readPage(values.page, ACCOUNTS_A_PAGE, (range) => details.accountMovements(asked, range))
          : readPage(1, ACCOUNTS_A_PAGE, () => details.accountMovements(asked, { skipped: 0, limit: 0 })),
      ]);
      const message = await revenueMessage(breakdown, found, { page, view, window }, context);
      const named = isNamed ? { account_movements: found.movements, account_movements_total: found.total } : {};
      return { message, data: { ...breakdown, accounts_moved: found.accounts, ...named } };
    },
  });
}

function revenueMessage(
  breakdown: RevenueBreakdown,
  moved: MovementPage,
  { page, view, window }: { readonly page: Page; readonly view: View; readonly window: WindowMeant },
  context: CommandContext,
) {
  const frame = {
    title: "Revenue",
    command: COMMAND,
    window,
    answer: breakdown,
    today: ["mrr", "new_revenue", "churned_revenue"],
    aside: pageText(page),
    buttons: [
      ...pageButtons(`${COMMAND} ${window.typed}`, page),
      { label: "Explain MRR", command: `metrics explain mrr ${window.typed}` },
    ],
  } as const;
  return overviewMessage(frame, context, (today) => {
    const names = view.names.has("revenue") ? namedMovements(moved, breakdown.currency, today) : [];
    if (page.number > 1) return names;
    return [
      { kind: "facts", facts: revenueFacts(breakdown, today) },
      ...movementBlocks(breakdown, moved, today),
      ...movementsChart(breakdown),
      ...names,
      ...tierTable(breakdown, view.groups.has("people")),
    ];
  });
}
