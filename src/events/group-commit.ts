import { concludeAccepted, concludeKnown, concludeRejected, type Pending } from "./call.ts";
import { EVENT_TYPES, type EventType } from "./event-type.ts";
import { rejected } from "./rejection.ts";
import type { Outcome, Settle } from "./write-group.ts";

interface Queue {
  readonly type: EventType;
  waiting: Pending[];
  statements: number;
  scheduled: boolean;
}

interface GroupCommitParts {
  readonly write: (type: EventType, group: readonly Pending[], settle: Settle) => Promise<void>;
  readonly statementsAtOnce: number;
  readonly rowsPerStatement: number;
  /** A statement starts beside another only for this many events: each commit costs as much as a dozen rows. */
  readonly rowsForFurtherStatement: number;
}

export interface GroupCommit {
  add(pending: Pending): void;
  /** Milliseconds for which the event that waits longest has waited for a statement to take it. */
  oldestWait(now: number): number;
}

/**
 * One queue an event table. What has gathered is written together as soon as a statement may start;
 * the first statement starts when the events that came in with its first one are all queued.
 */
export function createGroupCommit({ write, ...limits }: GroupCommitParts): GroupCommit {
  const { statementsAtOnce, rowsPerStatement, rowsForFurtherStatement } = limits;
  const queues = new Map(
    EVENT_TYPES.map((type): [EventType, Queue] => [type, { type, waiting: [], statements: 0, scheduled: false }]),
  );
  /** The first event on its way with each id, whatever its type: later ones follow it. */
  const leaders = new Map<string, Pending>();

  const idOf = ({ row }: Pending) => `${row.sourceNo} ${row.event.key}`;

  function add(pending: Pending): void {
    if (pending.row.event.key !== null) {
      const id = idOf(pending);
      const leader = leaders.get(id);
      if (leader !== undefined) {
        (leader.followers ??= []).push(pending);
        return;
      }
      leaders.set(id, pending);
    }
    enqueue(pending);
  }

  function enqueue(pending: Pending): void {
    const queue = queues.get(pending.row.event.type);
    if (queue === undefined) return;
    queue.waiting.push(pending);
    if (queue.scheduled || !mayStart(queue)) return;
    queue.scheduled = true;
    setImmediate(start, queue);
  }

  function mayStart({ waiting, statements }: Queue): boolean {
    if (statements === 0) return waiting.length > 0;
    return statements < statementsAtOnce && waiting.length >= rowsForFurtherStatement;
  }

  function start(queue: Queue): void {
    queue.scheduled = false;
    while (mayStart(queue)) {
      const group = queue.waiting.length <= rowsPerStatement ? queue.waiting : queue.waiting.slice(0, rowsPerStatement);
      queue.waiting = group === queue.waiting ? [] : queue.waiting.slice(rowsPerStatement);
      queue.statements += 1;
      void run(queue, group);
    }
  }

  async function run(queue: Queue, group: readonly Pending[]): Promise<void> {
    const settled = new Set<Pending>();
    try {
      await write(queue.type, group, (pending, outcome) => {
        settled.add(pending);
        settle(pending, outcome);
      });
    } catch (trouble) {
      for (const pending of group) if (!settled.has(pending)) fail(pending, trouble);
      // They have waited as long as this statement did: the next would keep them waiting twice.
      const waited = queue.waiting;
      queue.waiting = [];
      for (const pending of waited) fail(pending, trouble);
    } finally {
      queue.statements -= 1;
      start(queue);
    }
  }

  function release(pending: Pending): readonly Pending[] {
    if (pending.row.event.key !== null) leaders.delete(idOf(pending));
    return pending.followers ?? [];
  }

  function settle(pending: Pending, outcome: Outcome): void {
    const followers = release(pending);
    switch (outcome.kind) {
      case "stored":
        concludeAccepted(pending);
        for (const follower of followers) concludeKnown(follower, pending.row.event.payload);
        return;
      case "known":
        for (const one of [pending, ...followers]) concludeKnown(one, outcome.payload);
        return;
      case "refused":
        concludeRejected(pending, rejected("invalid_event", "The database cannot hold a value of this event."));
        // A refused event does not use its id up.
        for (const follower of followers) add(follower);
    }
  }

  function fail(pending: Pending, trouble: unknown): void {
    for (const one of [pending, ...release(pending)]) one.call.reject(trouble);
  }

  return {
    add,
    oldestWait(now) {
      let oldest = now;
      for (const queue of queues.values()) oldest = Math.min(oldest, queue.waiting[0]?.call.since ?? now);
      return now - oldest;
    },
  };
}
