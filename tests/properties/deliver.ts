import { Temporal } from "temporal-polyfill";
import { CAUSE } from "../../src/events/cause.ts";
import type { Intake, Verdict } from "../../src/events/verdict.ts";
import { createVoider } from "../../src/events/void.ts";
import { setRate } from "../../src/metrics/rollup/rates-store.ts";
import { judge, type Judgement } from "../oracle/intake.ts";
import type { Delivery } from "../oracle/setting.ts";
import type { World } from "../support/world.ts";
import type { Parcel, RandomWorld } from "./worlds.ts";

export interface Delivered {
  /** As they arrived; of two intakes that work at once, one after the other. */
  readonly deliveries: readonly Delivery[];
  readonly verdicts: readonly Judgement[];
  /** The place of each verdict is that of its delivery. */
  readonly isInOrder: boolean;
}

function inPlannedOrder({ parcels, plan }: RandomWorld): Parcel[] {
  const keyed = parcels.map((parcel, index) => ({ parcel, key: plan.order[index % plan.order.length] ?? 0 }));
  const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ parcel }) => parcel);
  const again = plan.repeated.flatMap((place) => shuffled[place % Math.max(shuffled.length, 1)] ?? []);
  const middle = Math.floor(shuffled.length / 2);
  return [...shuffled.slice(0, middle), ...again, ...shuffled.slice(middle), ...again.slice(0, 3)];
}

const originOf = ({ source, importing = false }: Parcel): string => `${source} ${importing}`;

/** Batches of one origin each, as the HTTP route or an import would hand them on. */
function batchesOf(parcels: readonly Parcel[], sizes: readonly number[]): Parcel[][] {
  const batches: Parcel[][] = [];
  let rest = parcels;
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const batch = rest.slice(0, size);
    rest = rest.slice(size);
    for (const origin of new Set(batch.map(originOf))) {
      batches.push(batch.filter((parcel) => originOf(parcel) === origin));
    }
  }
  return batches;
}

async function hand(intake: Intake, batch: readonly Parcel[]): Promise<Verdict[]> {
  return intake.accept(
    batch.map((parcel) => parcel.event),
    { source: batch[0]?.source ?? "api", importing: batch[0]?.importing ?? false },
  );
}

/** Those that could have arrived at the earlier instant, and the rest. */
function byArrival(parcels: readonly Parcel[], earlier: Temporal.Instant): [Parcel[], Parcel[]] {
  const known = parcels.filter(({ event }) => {
    return Temporal.Instant.compare(Temporal.Instant.from(String(event["occurred_at"])), earlier) <= 0;
  });
  return [known, parcels.filter((parcel) => !known.includes(parcel))];
}

/** Sets the rates of one turn: before all events, in between, or after them. */
async function setRates(world: World, { plan }: RandomWorld, turn: number): Promise<void> {
  for (const rate of plan.rates.filter((one) => one.turn === turn))
    await world.db.work.run((sql) => setRate(sql, rate, CAUSE.settings));
}

/** The table of requests and errors keeps no ids, so nobody takes back one of those. */
const CANNOT_BE_TAKEN_BACK = ["request", "error", "track"];

/** Takes back what was planned to be, and marks its deliveries. */
async function takeBack(world: World, random: RandomWorld, delivered: readonly Delivery[]): Promise<Delivery[]> {
  const { db, workspace } = world;
  const voider = createVoider({ db, clock: { now: () => Temporal.Instant.from(world.now()) }, workspace });
  const { judgements } = judge(delivered, random.setting);
  const accepted = delivered.filter((_, place) => judgements[place] === "accepted");
  const able = accepted.filter(({ event }) => {
    const { id, type } = event as Record<string, unknown>;
    return id !== undefined && !CANNOT_BE_TAKEN_BACK.includes(String(type));
  });
  const chosen = random.plan.takenBack.flatMap((place) => able[place % Math.max(able.length, 1)] ?? []);
  for (const { source, event } of chosen) {
    const id = String((event as Record<string, unknown>)["id"]);
    await voider.voidEvent({ source, id, reason: "it was wrong", actor: "a test" });
  }
  const keyOf = ({ source, event }: Delivery): string => `${source} ${(event as Record<string, unknown>)["id"]}`;
  const keys = new Set(chosen.map(keyOf));
  return delivered.map((one) => (keys.has(keyOf(one)) ? { ...one, isVoid: true } : one));
}

/**
 * Delivers as planned: some of it perhaps some time ago, the rest now, in batches, by one intake or by two at once,
 * with rollups in between and at the end.
 */
export async function deliver(world: World, random: RandomWorld): Promise<Delivered> {
  const { plan, setting } = random;
  const deliveries: Delivery[] = [];
  const verdicts: Verdict[] = [];
  const note = async (intake: Intake, batch: readonly Parcel[]): Promise<void> => {
    const receivedAt = world.now();
    const said = await hand(intake, batch);
    deliveries.push(...batch.map((parcel) => ({ ...parcel, receivedAt })));
    verdicts.push(...said);
  };
  const earlier = Temporal.Instant.from(setting.now).subtract({ minutes: plan.minutesBetween });
  const [before, after] =
    plan.minutesBetween > 0 ? byArrival(inPlannedOrder(random), earlier) : [[], inPlannedOrder(random)];
  world.moveClock(earlier.toString());
  await setRates(world, random, 0);
  for (const batch of batchesOf(before, plan.batchSizes)) await note(world.intake, batch);
  if (before.length > 0) await world.settle();
  world.moveClock(setting.now);
  await setRates(world, random, 1);
  const batches = batchesOf(after, plan.batchSizes);
  if (plan.twoIntakes) await deliverTwice(world, batches, note);
  else {
    for (const [index, batch] of batches.entries()) {
      await note(world.intake, batch);
      if ((index + 1) % (plan.settleAfter * 2) === 0) await world.settle();
    }
  }
  await world.settle();
  const known = await takeBack(world, random, deliveries);
  await setRates(world, random, 2);
  for (const trouble of random.troubles) await note(world.otherIntake, [trouble]);
  await world.settle();
  const all = [...known, ...deliveries.slice(known.length)];
  return { deliveries: all, verdicts: verdicts.map(({ verdict }) => verdict), isInOrder: !plan.twoIntakes };
}

type Note = (intake: Intake, batch: readonly Parcel[]) => Promise<void>;

/** Four clients of two programs send the same at once, two of them backwards, while the rollups are computed. */
async function deliverTwice(world: World, batches: readonly Parcel[][], note: Note): Promise<void> {
  const backwards = [...batches].reverse();
  const sendAll = async (intake: Intake, own: readonly Parcel[][]): Promise<void> => {
    for (const batch of own) await note(intake, batch);
  };
  await Promise.all([
    sendAll(world.intake, batches),
    sendAll(world.intake, batches.slice(2)),
    sendAll(world.otherIntake, backwards),
    sendAll(world.otherIntake, backwards),
    world.settle(),
  ]);
}
