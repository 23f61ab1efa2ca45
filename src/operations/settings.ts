import { CAUSE } from "../events/cause.ts";
import { leaveCurrency } from "../metrics/rollup/currency-store.ts";
import type { Rate } from "../metrics/rollup/rates-store.ts";
import { storeWorkspace, wished } from "../db/workspace-store.ts";
import { workspaceWish } from "../foundation.ts";
import { openRooms } from "../rooms.ts";
import { ensureDailyView } from "../metrics/daily-view.ts";
import { createProgress } from "../progress.ts";
import { typingMistake, type Operation } from "./operation.ts";

export const settings: Operation = {
  name: "settings",
  usage: ["settings apply"],
  about: "take over a changed TIMEZONE, CURRENCY, ACTIVATION_DAYS or policy and recompute every day",
  async run(words, { config, foundation, progress }) {
    if (words.length !== 1 || words[0] !== "apply") return typingMistake(null, settings);
    const { db, workspace: before } = foundation;
    const workspace = wished(before, workspaceWish(config));
    await ensureDailyView({ db, workspace });
    const { roller } = openRooms({ ...foundation, workspace }, config);
    const bar = createProgress("Recomputing every day", progress);
    const isOtherMoney = workspace.currency !== before.currency;
    let gone: readonly Rate[] = [];
    await roller.recomputeEverything({
      async change(sql) {
        await storeWorkspace(sql, workspace);
        if (isOtherMoney) gone = await leaveCurrency(sql, before);
      },
      ...(isOtherMoney ? { cause: CAUSE.currency } : {}),
      onProgress: (left, all) => bar.update(1 - left / Math.max(all, 1), `${left} left`),
    });
    bar.finish("done");
    const inWords = `${workspace.timeZone}, ${workspace.currency}, ${workspace.activationDays} days to activate`;
    return {
      ok: true,
      text: `Every number now follows ${inWords}. If the service is running, restart it.${isOtherMoney ? moneyWords(before.currency, gone) : ""}`,
      data: { ...workspace, ...(isOtherMoney ? { rates_gone: gone } : {}) },
    };
  },
};

/** What a new currency leaves to be done. */
function moneyWords(before: string, gone: readonly Rate[]): string {
  const stays = ` What was paid in ${before} stays so, and counts once \`rates set ${before} RATE DATE\` says what it is worth.`;
  const lost = ` The ${gone.length === 1 ? "exchange rate" : `${gone.length} exchange rates`} into ${before} went: set them anew.`;
  return gone.length === 0 ? stays : stays + lost;
}
