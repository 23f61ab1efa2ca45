import type { RevenueBreakdown } from "../../metrics/answers.ts";
import type { MovementPage } from "../../metrics/read/movement-page.ts";
import { defineCommand, type Command } from "../command.ts";
import { asks } from "../permission/need.ts";
import type { View } from "../permission/view.ts";
import type { CommandContext } from "./context.ts";
import { overviewMessage } from "./overview.ts";
import { pageButtons, pageOption, pageText, readPage, type Page } from "./paging.ts";
import { movementBlocks, movementsChart, namedMovements, revenueFacts, tierTable } from "./revenue-blocks.ts";
import { daysMeant, windowOptions } from "./window-options.ts";

const COMMAND = "metrics revenue";
const ACCOUNTS_A_PAGE = 10;

export function createRevenue(context: CommandContext): Command {
  const { overviews, details } = context;
  return defineCommand({
    path: ["metrics", "revenue"],
    description: "MRR: what came and what went, how well it stays, by plan",
    options: { ...windowOptions, page: pageOption },
    access: () => asks("revenue"),
    async run(values, { view }) {
      const days = daysMeant(values);
      const isNamed = view.names.has("revenue");
      const [breakdown, { page, found }] = await Promise.all([
        overviews.revenueBreakdown(days),
        isNamed
          ? readPage(values.page, ACCOUNTS_A_PAGE, (range) => details.accountMovements(days, range))
          : readPage(1, ACCOUNTS_A_PAGE, () => details.accountMovements(days, { skipped: 0, limit: 0 })),
      ]);
      const message = await revenueMessage(breakdown, found, { page, view }, context);
      const named = isNamed ? { account_movements: found.movements, account_movements_total: found.total } : {};
      return { message, data: { ...breakdown, accounts_moved: found.accounts, ...named } };
    },
  });
}

function revenueMessage(
  breakdown: RevenueBreakdown,
  moved: MovementPage,
  { page, view }: { readonly page: Page; readonly view: View },
  context: CommandContext,
) {
  const { days } = breakdown.date_range;
  const frame = {
    title: "Revenue",
    command: COMMAND,
    answer: breakdown,
    today: ["mrr", "new_revenue", "churned_revenue"],
    aside: pageText(page),
    buttons: [
      ...pageButtons(`${COMMAND} --days ${days}`, page),
      { label: "Explain MRR", command: `metrics explain mrr --days ${days}` },
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
