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
    await roller.recomputeEverything({
      change: (sql) => storeWorkspace(sql, workspace),
      onProgress: (left, all) => bar.update(1 - left / Math.max(all, 1), `${left} left`),
    });
    bar.finish("done");
    const inWords = `${workspace.timeZone}, ${workspace.currency}, ${workspace.activationDays} days to activate`;
    return {
      ok: true,
      text: `Every number now follows ${inWords}. A service that is running must be started again.`,
      data: workspace,
    };
  },
};
