import type { Client } from "../../src/db/connect.ts";
import { PEOPLE, type History } from "./history.ts";

export const ACCOUNTS = 2_000;

type Span = Pick<History, "end" | "days">;

/** Beside the requests: sign-ups, money, sessions, tickets, scores, errors and health checks. Needs the history's people. */
export async function fillBusiness(sql: Client, span: Span): Promise<void> {
  await fillPeople(sql, span);
  await fillRevenue(sql, span);
  await fillSupport(sql, span);
  await fillOperation(sql, span);
  await sql`vacuum (analyze)`;
}

const someTime = (sql: Client, { end, days }: Span) =>
  sql`${end}::text::timestamp at time zone 'UTC' - interval '1 day' * ${days}::int * random()`;

const somebody = (sql: Client) => sql`1 + floor(${PEOPLE}::int * power(random(), 2))::int`;

/** A fifth of the people signed up within the span, and half of them were activated. */
async function fillPeople(sql: Client, span: Span): Promise<void> {
  await sql`
    insert into signups (occurred_at, source_no, user_no, plan)
    select ${someTime(sql, span)}, 1, n * 5, (array['free', 'pro', 'enterprise'])[1 + n % 3]
    from generate_series(1, ${PEOPLE / 5}::int) as n`;
  await sql`
    insert into user_activations (occurred_at, source_no, user_no, milestone)
    select occurred_at + interval '5 days' * random(), 1, user_no, milestone
    from signups, unnest(array['completed_profile', 'activated']) as milestone where user_no % 2 = 0`;
  await sql`
    insert into nps_surveys (occurred_at, source_no, user_no, score)
    select ${someTime(sql, span)}, 1, ${somebody(sql)}, floor(11 * power(random(), 0.5)) from generate_series(1, 5000)`;
}

/** Each account starts, is priced anew after two months, and every fourth goes in the end. */
async function fillRevenue(sql: Client, span: Span): Promise<void> {
  await sql`
    insert into revenue_events (occurred_at, source_no, event_id, user_no, event, plan, amount, currency, billing_period)
    select at + after, 1, event || n, n, event, plan, amount, 'USD', 'month'
    from (select n, ${someTime(sql, span)} as at from generate_series(1, ${ACCOUNTS}::int) as n) as accounts,
      (values ('subscription_started', interval '0', 'pro', 29.00), ('upgraded', interval '60 days', 'enterprise', 99.00),
        ('canceled', interval '90 days', null, null)) as steps (event, after, plan, amount)
    where at + after < ${span.end}::text::timestamptz and (event <> 'canceled' or n % 4 = 0)`;
}

async function fillSupport(sql: Client, span: Span): Promise<void> {
  await sql`
    insert into ticket_events (occurred_at, source_no, user_no, ticket_id, action, by, subject, priority, category)
    select at + after, 1, user_no, 'ticket-' || n, action, by, 'A question',
      (array['low', 'medium', 'high', 'urgent'])[1 + n % 4], (array['billing', 'bug', 'other'])[1 + n % 3]
    from (select n, ${someTime(sql, span)} as at, ${somebody(sql)} as user_no from generate_series(1, 5000) as n) as tickets,
      (values ('opened', interval '0', 'customer'), ('replied', interval '2 hours', 'agent'),
        ('resolved', interval '20 hours', 'agent')) as steps (action, after, by)
    where at + after < ${span.end}::text::timestamptz`;
}

async function fillOperation(sql: Client, span: Span): Promise<void> {
  await sql`
    insert into health_checks (occurred_at, source_no, service, status, response_time_ms)
    select at, 1, service, case when random() < 0.002 then 'down' else 'healthy' end, 40 * random()
    from generate_series(${span.end}::text::timestamptz - interval '1 day' * ${span.days}::int,
        ${span.end}::text::timestamptz - interval '5 minutes', interval '5 minutes') as at,
      unnest(array['api', 'web']) as service`;
  await sql`
    insert into error_logs (occurred_at, source_no, user_no, error_type, message, severity, endpoint, method)
    select ${someTime(sql, span)}, 1, ${somebody(sql)}, 'Error' || n % 30, 'It did not work',
      case when n % 20 = 0 then 'critical' else 'error' end, '/route/' || n % 50, 'GET'
    from generate_series(1, 50000) as n`;
  await sql`
    insert into agent_session_events (occurred_at, source_no, user_no, session_id, action, agent_id, status, messages, tokens)
    select at + after, 1, user_no, 'session-' || n, action, 'agent-' || n % 5, 'completed', 8, 4000
    from (select n, ${someTime(sql, span)} as at, ${somebody(sql)} as user_no from generate_series(1, 20000) as n) as sessions,
      (values ('started', interval '0'), ('ended', interval '10 minutes')) as steps (action, after)
    where at + after < ${span.end}::text::timestamptz`;
}
