import { Problem } from "../core/problem.ts";
import { toProblem } from "../db/failures.ts";
import type { Pending } from "./call.ts";
import { EVENT_TYPES, type EventType } from "./event-type.ts";
import { createLeaders } from "./leaders.ts";
import { createSettlement } from "./settlement.ts";
import type { Settle } from "./write-group.ts";

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
  const queues = new Map(
    EVENT_TYPES.map((type): [EventType, Queue] => [type, { type, waiting: [], statements: 0, scheduled: false }]),
  );
  const leaders = createLeaders();
  const settlement = createSettlement({ leaders, again: add });

  function add(pending: Pending): void {
    const queue = queues.get(pending.row.event.type);
    if (queue === undefined || !leaders.lead(pending)) return;
    queue.waiting.push(pending);
    if (queue.scheduled || !mayStart(queue)) return;
    queue.scheduled = true;
    setImmediate(start, queue);
  }

  function mayStart({ waiting, statements }: Queue): boolean {
    if (statements === 0) return waiting.length > 0;
    return statements < limits.statementsAtOnce && waiting.length >= limits.rowsForFurtherStatement;
  }

  function start(queue: Queue): void {
    queue.scheduled = false;
    while (mayStart(queue)) {
      const group = takeGroup(queue, limits.rowsPerStatement);
      queue.statements += 1;
      void run(queue, group);
    }
  }

  async function run(queue: Queue, group: readonly Pending[]): Promise<void> {
    const settled = new Set<Pending>();
    try {
      await write(queue.type, group, (pending, outcome) => {
        settled.add(pending);
        settlement.settle(pending, outcome);
      });
    } catch (trouble) {
      for (const pending of group) if (!settled.has(pending)) settlement.fail(pending, trouble);
      // With the database away, those in the queue have waited as long as this statement did: the next would double it.
      const away = toProblem(trouble) instanceof Problem;
      if (away) for (const pending of takeGroup(queue, Infinity)) settlement.fail(pending, trouble);
    } finally {
      queue.statements -= 1;
      start(queue);
    }
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

function takeGroup(queue: Queue, most: number): readonly Pending[] {
  const { waiting } = queue;
  if (waiting.length <= most) {
    queue.waiting = [];
    return waiting;
  }
  queue.waiting = waiting.slice(most);
  return waiting.slice(0, most);
}
