import type { Sql } from "../../db/client.ts";
import type { Window } from "../../core/time.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { FunnelNumbers } from "../answers.ts";
import { betweenLocalDays } from "../rollup/day-unit.ts";

interface StepRow {
  /** '' for all who signed up. */
  readonly milestone: string;
  readonly users: number;
  /** Those of them who reached the milestone before it too. */
  readonly from_previous: number;
  readonly median_hours: number | null;
}

interface PeopleRow {
  readonly signups: number;
  readonly activated: number;
  readonly mature: number;
  readonly mature_activated: number;
}

export type Funnel = Omit<FunnelNumbers, "computed_at">;

/** Of the people who signed up in the window, who reached what in time and before the window's end. */
export async function loadFunnel(sql: Sql, workspace: Workspace, window: Window): Promise<Funnel> {
  const { timeZone, activationDays, policies } = workspace;
  const [first, last] = [window.start.toString(), window.end.toString()];
  const allowed = sql`${24 * activationDays}::int * interval '1 hour'`;
  const signedUp = betweenLocalDays(sql, "signed_up_at", { first, last, timeZone });
  const byEnd = (column: string) => sql`(${sql(column)} at time zone ${timeZone})::date <= ${last}::text::date`;
  const [[people], steps] = await Promise.all([
    sql<PeopleRow[]>`
      select count(*)::int as signups, count(*) filter (where activated)::int as activated,
        count(*) filter (where mature)::int as mature,
        count(*) filter (where mature and activated)::int as mature_activated
      from (
        select coalesce(${byEnd("activated_at")}, false) as activated,
          ((signed_up_at + ${allowed} - interval '1 microsecond') at time zone ${timeZone})::date <= ${last}::text::date
            as mature
        from users where ${signedUp}
      ) as cohort`,
    sql<StepRow[]>`
      with reached as materialized (
        select user_no, milestone, reached_at - signed_up_at as waited
        from users join user_milestones using (user_no)
        where ${signedUp} and reached_at <= signed_up_at + ${allowed} and ${byEnd("reached_at")}
      ), steps as (
        select milestone, lag(milestone) over (order by place) as before
        from json_array_elements_text(${JSON.stringify(policies.activationMilestones)}::text::json)
          with ordinality as step (milestone, place)
      )
      select reached.milestone, count(*)::int as users,
        count(*) filter (where before is null or earlier.user_no is not null)::int as from_previous,
        percentile_cont(0.5) within group (order by extract(epoch from reached.waited) / 3600) as median_hours
      from reached join steps using (milestone)
        left join reached as earlier on earlier.user_no = reached.user_no and earlier.milestone = before
      group by reached.milestone`,
  ]);
  return funnelOf(people ?? { signups: 0, activated: 0, mature: 0, mature_activated: 0 }, steps, {
    milestones: policies.activationMilestones,
    activationDays,
  });
}

function funnelOf(
  people: PeopleRow,
  rows: readonly StepRow[],
  rule: { readonly milestones: readonly string[]; readonly activationDays: number },
): Funnel {
  const byName = new Map(rows.map((row) => [row.milestone, row]));
  const usersAt = (milestone: string) => byName.get(milestone)?.users ?? 0;
  const share = (part: number, whole: number) => (whole === 0 ? null : (100 * part) / whole);
  return {
    total_signups: people.signups,
    completed_profile: usersAt("profile_completed"),
    first_api_call: usersAt("first_api_call"),
    first_agent_session: usersAt("first_agent_session"),
    activated_users: people.activated,
    activation_rate: share(people.mature_activated, people.mature),
    pending: people.signups - people.mature,
    steps: rule.milestones.map((milestone) => ({
      milestone,
      users: usersAt(milestone),
      users_from_previous: byName.get(milestone)?.from_previous ?? 0,
      rate: share(usersAt(milestone), people.signups),
      median_hours: byName.get(milestone)?.median_hours ?? null,
    })),
    activation_days: rule.activationDays,
  };
}
