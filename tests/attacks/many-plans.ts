import { must, tally, type Attack } from "./attack.ts";

const PLANS = 20_000;
const PATIENCE_MS = 20_000;

function batchOf(first: number): string {
  const events = Array.from({ length: 1_000 }, (_, n) => ({
    type: "revenue",
    event: "subscription_started",
    id: `plan-${first + n}`,
    team_id: `team-${first + n}`,
    subscription_id: `subscription-${first + n}`,
    plan: `plan-${first + n}`,
    amount: "10.00",
    currency: "USD",
    billing_period: "month",
  }));
  return JSON.stringify({ events });
}

/** Twenty thousand plans, invented with a key that may only send events, and then a series by plan. */
export const manyPlans: Attack = {
  name: "many plans",
  async run({ program, keys, send, signal }) {
    const sent: number[] = [];
    for (let first = 0; first < PLANS; first += 1_000) {
      const response = await send(batchOf(first));
      sent.push(response.status);
      await response.arrayBuffer();
    }
    const asked: number[] = [];
    let longestMs = 0;
    for (const metric of ["mrr", "customers", "arpu", "churn_rate"]) {
      const startedMs = performance.now();
      const response = await fetch(`${program.url}/api/metrics/series/${metric}?by=plan&days=366`, {
        headers: { authorization: `Bearer ${keys.read}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      await response.arrayBuffer();
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      asked.push(response.status);
    }
    must(
      asked.every((status) => status < 500 || status === 503),
      `a series by plan was answered with ${tally(asked)}`,
    );
    return { sent: tally(sent), asked: tally(asked), longestMs: Math.round(longestMs) };
  },
};
