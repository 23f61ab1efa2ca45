import { activeChance, isOutage, secondOfDay, type Company, type Happening, type Person } from "./company.ts";
import type { Random } from "./random.ts";

interface Endpoint {
  readonly method: string;
  readonly route: string;
  readonly weight: number;
  readonly medianMs: number;
}

const ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", route: "/projects", weight: 20, medianMs: 42 },
  { method: "GET", route: "/projects/:id", weight: 18, medianMs: 55 },
  { method: "GET", route: "/projects/:id/tasks", weight: 15, medianMs: 70 },
  { method: "POST", route: "/projects/:id/tasks", weight: 8, medianMs: 95 },
  { method: "PATCH", route: "/tasks/:id", weight: 10, medianMs: 60 },
  { method: "GET", route: "/me", weight: 9, medianMs: 18 },
  { method: "GET", route: "/search", weight: 6, medianMs: 160 },
  { method: "POST", route: "/agents/:id/runs", weight: 5, medianMs: 420 },
  { method: "GET", route: "/agents/:id/runs/:id", weight: 5, medianMs: 48 },
  { method: "POST", route: "/exports", weight: 1.2, medianMs: 900 },
  { method: "GET", route: "/billing", weight: 1.5, medianMs: 80 },
  { method: "POST", route: "/invitations", weight: 1, medianMs: 120 },
  { method: "DELETE", route: "/tasks/:id", weight: 1.8, medianMs: 50 },
];

const TOTAL_WEIGHT = ENDPOINTS.reduce((sum, endpoint) => sum + endpoint.weight, 0);

function endpointOf(random: Random): Endpoint {
  let left = random.next() * TOTAL_WEIGHT;
  for (const endpoint of ENDPOINTS) {
    left -= endpoint.weight;
    if (left < 0) return endpoint;
  }
  return ENDPOINTS[0] as Endpoint;
}

function statusOf(random: Random, outage: boolean): number {
  if (random.chance(outage ? 0.62 : 0.0042)) return random.pick([500, 500, 502, 503]);
  if (random.chance(0.021)) return random.pick([400, 401, 404, 404, 422, 429]);
  return 200;
}

function request(random: Random, day: number, n: number, person: Person | null): Happening[] {
  const second = secondOfDay(random);
  const endpoint = endpointOf(random);
  const outage = isOutage(day, second);
  const status = statusOf(random, outage);
  const id = `request-${day}-${n}`;
  const who = person === null ? {} : { user_id: person.id, team_id: person.account.id };
  const { method, route, medianMs } = endpoint;
  const duration_ms = Math.round(random.around(medianMs * (outage ? 9 : 1), 0.55) * 10) / 10;
  const seen: Happening = { day, second, id, event: { type: "request", method, route, status, duration_ms, ...who } };
  if (status < 500 || !random.chance(0.8)) return [seen];
  const error_type = outage
    ? "DatabaseTimeout"
    : random.pick(["TypeError", "UpstreamError", "DatabaseTimeout"] as const);
  const severity = outage && random.chance(0.2) ? "critical" : "error";
  return [
    seen,
    {
      day,
      second,
      id: `error-${day}-${n}`,
      event: {
        type: "error",
        error_type,
        message: `${error_type} in ${route}`,
        severity,
        endpoint: `${method} ${route}`,
        method,
      },
    },
  ];
}

/** Requests and agent sessions of everybody who shows up on a day, and of visitors without a name. */
export function trafficOf(company: Company, random: Random, day: number, season: number): Happening[] {
  const out: Happening[] = [];
  let requests = 0;
  let sessions = 0;
  for (const person of company.people) {
    if (!random.chance(activeChance(person, day) * (0.25 + 0.75 * season))) continue;
    const calls = Math.max(1, Math.round(random.around(10 + person.habit * 14, 0.8)));
    for (let call = 0; call < calls; call += 1) out.push(...request(random, day, requests++, person));
    if (random.chance(0.3)) out.push(...session(random, day, sessions++, person));
  }
  const anonymous = Math.round(requests * 0.07);
  for (let call = 0; call < anonymous; call += 1) out.push(...request(random, day, requests++, null));
  return out;
}

function session(random: Random, day: number, n: number, person: Person): Happening[] {
  const second = secondOfDay(random);
  const lasts = Math.round(random.around(420, 0.9));
  const name = {
    type: "agent_session",
    session_id: `session-${day}-${n}`,
    user_id: person.id,
    agent_id: random.pick(["planner", "writer", "reviewer"] as const),
  };
  const messages = random.whole(2, 30);
  return [
    { day, second, id: `session-${day}-${n}-started`, event: { ...name, action: "started" } },
    {
      day,
      second: Math.min(86_399, second + lasts),
      id: `session-${day}-${n}-ended`,
      event: {
        ...name,
        action: "ended",
        status: random.chance(0.94) ? "completed" : "failed",
        messages,
        tokens: messages * random.whole(180, 900),
      },
    },
  ];
}

const SERVICES = ["api", "web", "agents"] as const;

/** A check of each service every five minutes. */
export function healthOf(random: Random, day: number): Happening[] {
  return SERVICES.flatMap((service) =>
    Array.from({ length: 288 }, (_, slot): Happening => {
      const second = slot * 300;
      const outage = isOutage(day, second) && service !== "web";
      const status = outage ? "down" : random.chance(0.0016) ? "degraded" : random.chance(0.00016) ? "down" : "healthy";
      const response_time_ms = Math.round(random.around(outage ? 4000 : 38, 0.3));
      return {
        day,
        second,
        id: `health-${service}-${day}-${slot}`,
        event: { type: "health_check", service, status, response_time_ms },
      };
    }),
  );
}
