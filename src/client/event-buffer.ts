export interface Batch {
  readonly count: number;
  /** The body of the request that brings it. */
  readonly body: string;
}

export interface EventBuffer {
  /** Events that wait, without those of the batch that is under way. */
  readonly size: number;
  /** False when there is no room. */
  add(text: string, ordinary: boolean): boolean;
  /** The events that came first. */
  take(atMost: number): Batch;
  /** How many were thrown away. */
  clear(): number;
}

/** A share of the room is kept for what is not ordinary: a flood of requests cannot crowd out a payment. */
const KEPT_SHARE = 0.1;
/** JavaScript characters, 1 or 2 bytes each in memory and up to 3 on the wire. */
const CHARACTERS_PER_EVENT = 250_000;
const CHARACTERS_PER_BATCH = 500_000;
const CHARACTERS_AT_MOST = 16_000_000;

/**
 * What waits to be sent. When it is full the newest is turned away: what was taken stays, in its order. `room` is in events and
 * counts the batch that is under way as well; there is a limit on characters besides.
 */
export function createEventBuffer(room: number, underWay: () => number): EventBuffer {
  let texts: string[] = [];
  let head = 0;
  let characters = 0;
  const size = () => texts.length - head;

  function batchEnd(atMost: number): number {
    let length = 0;
    let end = head;
    while (end < texts.length && end - head < atMost) {
      length += texts[end]?.length ?? 0;
      if (length > CHARACTERS_PER_BATCH && end > head) break;
      end += 1;
    }
    return end;
  }

  return {
    get size() {
      return size();
    },
    add(text, ordinary) {
      const share = ordinary ? 1 - KEPT_SHARE : 1;
      if (text.length > CHARACTERS_PER_EVENT) return false;
      if (size() + underWay() >= Math.max(1, Math.floor(room * share))) return false;
      if (characters + text.length > CHARACTERS_AT_MOST * share) return false;
      texts.push(text);
      characters += text.length;
      return true;
    },
    take(atMost) {
      const end = batchEnd(atMost);
      const taken = texts.slice(head, end);
      head = end;
      if (head * 2 >= texts.length) {
        texts = texts.slice(head);
        head = 0;
      }
      const events = taken.join(",");
      characters -= events.length - Math.max(0, taken.length - 1);
      return { count: taken.length, body: `{"events":[${events}]}` };
    },
    clear() {
      const thrownAway = size();
      texts = [];
      head = 0;
      characters = 0;
      return thrownAway;
    },
  };
}
