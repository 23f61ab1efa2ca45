import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { chatGround, started, ZONE, type ChatGround, type Settings } from "../acceptance/chat-ground.ts";
import type { Program } from "../support/program.ts";

const ROUNDS = 3;
const CLIENTS = 4;
const DIGESTS = 60;
const POST = "post /channels/{channel_id}/messages";

/** Sixty digests in Discord that become due one after another while the instances are restarted. */
async function owe({ db, discord }: ChatGround): Promise<void> {
  discord.failNext(POST, { kind: "answer late", ms: 400 }, DIGESTS);
  await db.work.run(
    (sql) => sql`
      insert into schedules (kind, platform, channel, at, time_zone, origin, created_at)
      select 'digest', 'discord', (500000000000001000 + n)::text, (now() at time zone ${ZONE})::time, ${ZONE}, 'chat',
        now() - interval '2 minutes'
      from generate_series(1, ${DIGESTS}::int) as n`,
  );
  await db.work.run(
    (sql) => sql`
      insert into deliveries (schedule_no, destination, local_date, kind, state, due_at, next_at)
      select schedule_no, 'discord:' || channel, (now() at time zone ${ZONE})::date, 'digest', 'pending', now(),
        now() + make_interval(secs => (schedule_no % ${DIGESTS}) * 0.3)
      from schedules`,
  );
}

/** Two instances behind a balancer that sends nobody to one that says it is not ready. */
async function behindBalancer(settings: Settings) {
  const instances: (Program | null)[] = [await started(settings), await started(settings)];
  const isReady = async (one: Program | null) =>
    one !== null && (await fetch(`${one.url}/readyz`).catch(() => null))?.ok === true;
  return {
    async pick(turn: number): Promise<Program | null> {
      for (const index of [turn % 2, (turn + 1) % 2]) {
        const one = instances[index] ?? null;
        if (await isReady(one)) return one;
      }
      return null;
    },
    /** Answers how long the stop took. */
    async restart(index: number): Promise<number> {
      const old = instances[index];
      const begun = performance.now();
      const code = await old?.stop();
      const tookMs = performance.now() - begun;
      expect(code).toBe(0);
      instances[index] = null;
      instances[index] = await started(settings);
      return tookMs;
    },
    async stop() {
      for (const one of instances) await one?.stop();
    },
  };
}

test("two instances restarted in turn under load: nobody sees a 5xx, nothing acknowledged is lost, each digest is there once", async () => {
  const ground = await chatGround();
  const { db, discord, settings } = ground;
  await owe(ground);
  const balancer = await behindBalancer(settings);
  const acknowledged = new Set<string>();
  let [isOver, serverErrors, refusedConnections] = [false, 0, 0];

  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let count = 0; !isOver; count += 1) {
      const id = `${client}-${count}`;
      while (!acknowledged.has(id)) {
        const instance = await balancer.pick(client + count);
        if (instance === null) continue;
        const answer = await fetch(`${instance.url}/api/events`, {
          method: "POST",
          headers: { authorization: `Bearer ${instance.adminKey}` },
          body: JSON.stringify({ events: [{ type: "signup", id, user_id: `user-${id}` }] }),
        }).catch(() => null);
        if (answer === null) refusedConnections += 1;
        else if (answer.status >= 500) serverErrors += 1;
        else if (answer.status === 200) acknowledged.add(id);
      }
    }
  });
  let slowestStopMs = 0;
  for (let turn = 0; turn < 2 * ROUNDS; turn += 1) {
    await sleep(500);
    slowestStopMs = Math.max(slowestStopMs, await balancer.restart(turn % 2));
  }
  isOver = true;
  await Promise.all(clients);
  const open = () => db.read.run((sql) => sql`select 1 from deliveries where state <> 'sent'`);
  await expect.poll(async () => (await open()).length, { timeout: 60_000 }).toBe(0);
  await balancer.stop();

  const rows = await db.read.run(
    (sql) => sql<{ id: string }[]>`select user_id as id from users where user_id like 'user-%'`,
  );
  const stored = new Set(rows.map(({ id }) => id.replace("user-", "")));
  const shown = discord.world.messages.map((message) => message.channel_id);
  const figures = {
    restarts: 2 * ROUNDS,
    acknowledged: acknowledged.size,
    ackedLost: [...acknowledged].filter((id) => !stored.has(id)).length,
    serverErrors,
    digests: new Set(shown).size,
    doubled: shown.length - new Set(shown).size,
  };
  const timing = { slowestStopMs: Math.round(slowestStopMs), refusedConnections };
  console.log(JSON.stringify({ promise: "G21", ...figures, ...timing }));
  expect(figures).toMatchObject({ ackedLost: 0, serverErrors: 0, digests: DIGESTS, doubled: 0 });
  expect(slowestStopMs).toBeLessThan(10_000);
});
