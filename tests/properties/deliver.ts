import type { Verdict } from "../../src/events/verdict.ts";
import type { Intake } from "../../src/events/verdict.ts";
import type { Judgement } from "../oracle/intake.ts";
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

/** Batches of one source each, as the HTTP route would hand them on. */
function batchesOf(parcels: readonly Parcel[], sizes: readonly number[]): Parcel[][] {
  const batches: Parcel[][] = [];
  let rest = parcels;
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const batch = rest.slice(0, size);
    rest = rest.slice(size);
    for (const source of new Set(batch.map((parcel) => parcel.source))) {
      batches.push(batch.filter((parcel) => parcel.source === source));
    }
  }
  return batches;
}

async function hand(intake: Intake, batch: readonly Parcel[]): Promise<Verdict[]> {
  return intake.accept(
    batch.map((parcel) => parcel.event),
    { source: batch[0]?.source ?? "api" },
  );
}

export async function deliver(world: World, random: RandomWorld): Promise<Delivered> {
  const deliveries: Parcel[] = [];
  const verdicts: Verdict[] = [];
  const note = async (intake: Intake, batch: readonly Parcel[]): Promise<void> => {
    const said = await hand(intake, batch);
    deliveries.push(...batch);
    verdicts.push(...said);
  };
  const batches = batchesOf(inPlannedOrder(random), random.plan.batchSizes);
  if (random.plan.twoIntakes) {
    const backwards = [...batches].reverse();
    await Promise.all([
      ...[0, 1].map(async (start) => {
        for (const batch of batches.slice(start * 2)) await note(world.intake, batch);
      }),
      ...[0, 1].map(async () => {
        for (const batch of backwards) await note(world.otherIntake, batch);
      }),
      world.settle(),
    ]);
  } else {
    for (const [index, batch] of batches.entries()) {
      await note(world.intake, batch);
      if ((index + 1) % (random.plan.settleAfter * 2) === 0) await world.settle();
    }
  }
  await world.settle();
  for (const trouble of random.troubles) await note(world.otherIntake, [trouble]);
  await world.settle();
  return {
    deliveries,
    verdicts: verdicts.map(({ verdict }) => verdict),
    isInOrder: !random.plan.twoIntakes,
  };
}
