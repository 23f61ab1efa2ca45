import type { Sql } from "../../db/client.ts";
import type { Group } from "../../metrics/catalogue.ts";
import type { ChatName } from "../platform.ts";
import type { Action, Rule, Subject } from "./policy.ts";

interface Row {
  readonly platform: ChatName;
  readonly kind: Subject["kind"];
  readonly id: string;
  readonly group: Group | "*";
  readonly action: Action;
  readonly allowed: boolean;
}

/** The rules that were set in chat, the oldest first. */
export async function readRules(sql: Sql): Promise<Rule[]> {
  const rows = await sql<Row[]>`
    select platform, subject_kind as kind, subject_id as id, metric_group as "group", action, allowed
    from access_rules order by set_at, platform collate "C", subject_kind collate "C", subject_id collate "C",
      metric_group collate "C", action collate "C"`;
  return rows.map(({ platform, kind, id, group, action, allowed }) => {
    const subject: Subject = kind === "everyone" ? { kind } : { kind, platform, id };
    return { subject, group, action, allowed };
  });
}

/** Puts the rules in the place of those about the same subject, metric group and action. `setBy`: see `actorOf`. */
export async function writeRules(sql: Sql, rules: readonly Rule[], setBy: string): Promise<void> {
  for (const { subject, group, action, allowed } of rules) {
    const { platform, id } = subject.kind === "everyone" ? { platform: "", id: "" } : subject;
    await sql`
      insert into access_rules (platform, subject_kind, subject_id, metric_group, action, allowed, set_by)
      values (${platform}, ${subject.kind}, ${id}, ${group}, ${action}, ${allowed}, ${setBy})
      on conflict (platform, subject_kind, subject_id, metric_group, action)
      do update set allowed = excluded.allowed, set_by = excluded.set_by, set_at = now()`;
  }
}
