import type { Partitions } from "../db/partitions.ts";
import type { Call, Pending } from "./call.ts";
import type { EventStore, Known } from "./event-store.ts";
import type { EventType } from "./event-type.ts";
import { failureOf } from "./failure.ts";

/** What became of one event of a group: stored, or its id was taken, or the database refused its data. */
export type Outcome =
  | { readonly kind: "stored" }
  | { readonly kind: "known"; readonly payload: bigint }
  | { readonly kind: "refused" };

export type Settle = (pending: Pending, outcome: Outcome) => void;

interface GroupWriterParts {
  readonly store: EventStore;
  /** Makes missing months, whatever was believed before. */
  readonly repairPartitions: Partitions["ensureMonths"];
}

const TRIES = 5;

const STORED: Outcome = { kind: "stored" };
const REFUSED: Outcome = { kind: "refused" };

/**
 * Writes a group in as few statements as it takes, and settles each event as soon as its fate is
 * known. Throws when nothing can be promised for those not yet settled.
 */
export function createGroupWriter({ store, repairPartitions }: GroupWriterParts) {
  async function write(type: EventType, group: readonly Pending[], settle: Settle): Promise<void> {
    let left = group;
    for (let round = 0; left.length > 0; round += 1) {
      if (round === TRIES) throw new Error("an event id is neither free nor taken");
      const known = await insert(type, left);
      left = await settleGroup(left, known, settle);
    }
  }

  async function insert(type: EventType, group: readonly Pending[]): Promise<Known[]> {
    const rows = group.map((pending) => pending.row);
    for (let tries = 1; ; tries += 1) {
      try {
        return await store.insert(type, rows);
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (tries === TRIES || failure === "data" || failure === "other") throw thrown;
        if (failure === "partition") await repairPartitions(rows.map((row) => row.event.occurredAt.slice(0, 7)));
      }
    }
  }

  /** Answers those whose id was taken when they were written and is no longer: they are to be written again. */
  async function settleGroup(group: readonly Pending[], known: readonly Known[], settle: Settle): Promise<Pending[]> {
    if (known.length === 0) {
      for (const pending of group) settle(pending, STORED);
      return [];
    }
    const notStored = new Map(known.map((one) => [one.at, one.payload]));
    const unseen: Pending[] = [];
    group.forEach((pending, at) => {
      const payload = notStored.get(at);
      if (payload === undefined) settle(pending, STORED);
      else if (payload === null) unseen.push(pending);
      else settle(pending, { kind: "known", payload });
    });
    return unseen.length === 0 ? [] : await settleUnseen(unseen, settle);
  }

  /** Their ids were committed by another after the statement began: only a new statement sees them. */
  async function settleUnseen(unseen: readonly Pending[], settle: Settle): Promise<Pending[]> {
    const payloads = await store.payloads(unseen.map((pending) => pending.row));
    const gone: Pending[] = [];
    unseen.forEach((pending, at) => {
      const payload = payloads[at] ?? null;
      if (payload === null) gone.push(pending);
      else settle(pending, { kind: "known", payload });
    });
    return gone;
  }

  /** One row that cannot be stored fails its whole statement: so each call is tried alone, then each event. */
  async function writeApart(type: EventType, group: readonly Pending[], settle: Settle): Promise<void> {
    try {
      await write(type, group, settle);
    } catch (thrown) {
      if (failureOf(thrown) !== "data") throw thrown;
      const [only] = group;
      if (group.length === 1 && only !== undefined) return settle(only, REFUSED);
      for (const part of parts(group)) await writeApart(type, part, settle);
    }
  }

  return { write: writeApart };
}

function parts(group: readonly Pending[]): Pending[][] {
  const calls = new Map<Call, Pending[]>();
  for (const pending of group) {
    const part = calls.get(pending.call);
    if (part === undefined) calls.set(pending.call, [pending]);
    else part.push(pending);
  }
  return calls.size === 1 ? group.map((pending) => [pending]) : [...calls.values()];
}
