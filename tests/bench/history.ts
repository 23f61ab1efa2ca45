import type { Client } from "../../src/db/connect.ts";

/** How the rows of a history lie on the disk. */
export type Arrival = "in order" | "1 % late" | "shuffled";

export interface History {
  /** The day after the last, as an ISO date. */
  readonly end: string;
  readonly days: number;
  readonly requestsADay: number;
  readonly arrival: Arrival;
}

export const PEOPLE = 50_000;
export const ROUTES = 200;

const SORT: Readonly<Record<Arrival, string>> = {
  "in order": "occurred_at",
  // Up to a month after they happened.
  "1 % late": "occurred_at + case when late then interval '30 days' * random() else interval '0' end",
  shuffled: "random()",
};

/** Few people and few routes make most of the requests. The months of the history must be there. */
export async function fillHistory(sql: Client, { end, days, requestsADay, arrival }: History): Promise<void> {
  await sql`insert into sources (source) values ('api')`;
  await sql`
    insert into users (user_no, user_id) overriding system value
    select n, 'user_' || n from generate_series(1, ${PEOPLE}::int) as n`;
  await sql`
    insert into features (method, route) select 'GET', '/route/' || n from generate_series(1, ${ROUTES}::int) as n`;
  await sql`select setseed(0.5)`;
  await sql`
    insert into usage_logs (occurred_at, received_at, event_hash, user_no, feature_no, duration_ms, latency_bucket,
      status, source_no)
    select occurred_at, occurred_at, n, 1 + floor(${PEOPLE}::int * power(random(), 2)),
      2 + floor(${ROUTES}::int * power(random(), 3)), duration_ms, ceil(ln(duration_ms) / ln(1.01 / 0.99)),
      case when random() < 0.01 then 500 when random() < 0.03 then 404 else 200 end, 1
    from (
      select n, ${end}::text::timestamp at time zone 'UTC' - interval '1 day' * (${days}::int * random()) as occurred_at,
        exp(3.5 + 1.2 * (random() + random() + random() - 1.5)) as duration_ms, random() < 0.01 as late
      from generate_series(1, ${days * requestsADay}::int) as n
    ) as made
    order by ${sql.unsafe(SORT[arrival])}`;
  await sql`vacuum (analyze) usage_logs`;
  await sql`analyze users`;
}
