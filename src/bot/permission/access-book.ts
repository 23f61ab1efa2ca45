import type { Database } from "../../db/client.ts";
import type { Asker } from "../asker.ts";
import { readRules, writeRules } from "./access-store.ts";
import { actorOf, writeAudit } from "./audit-store.ts";
import { closingRule, type Policy, type Rule } from "./policy.ts";
import { referenceText } from "./reference.ts";
import { policyOf, type StandingPolicy } from "./standing-policy.ts";

/** The policy table, to be read and changed. */
export interface AccessBook {
  policy(): Promise<Policy>;
  /** Sets the rule and answers the one that it brings with it; null when there is none. Notes who did it. */
  change(rule: Rule, by: Asker): Promise<Rule | null>;
}

export function createAccessBook(db: Pick<Database, "read" | "work">, standing: StandingPolicy): AccessBook {
  return {
    policy: async () => policyOf(standing, await db.read.run(readRules)),
    change: (rule, by) =>
      db.work.transaction(async (sql) => {
        // Two admins at once: the second sees what the first has set.
        await sql`select pg_advisory_xact_lock(hashtextextended('bellwether access rules', 0))`;
        const closing = closingRule(policyOf(standing, await readRules(sql)), rule);
        await writeRules(sql, closing === null ? [rule] : [rule, closing], actorOf(by));
        await writeAudit(sql, { actor: actorOf(by), ...described(rule) });
        return closing;
      }),
  };
}

function described({ subject, group, action, allowed }: Rule) {
  const change = allowed ? ("access granted" as const) : ("access revoked" as const);
  return { action: change, subject: referenceText(subject), detail: { may: action, group } };
}
