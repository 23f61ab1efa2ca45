/** Something that comes due at a moment. */
export interface Timed {
  readonly at: bigint;
}

/** What comes due, the earliest first; of those at one moment the one that was added first. */
export interface Timers<T extends Timed> {
  add(timed: T): void;
  /** The earliest. */
  next(): T | undefined;
  /** Removes and answers the earliest. */
  take(): T | undefined;
}

interface Entry<T> {
  readonly timed: T;
  readonly place: number;
}

export function createTimers<T extends Timed>(): Timers<T> {
  const heap: Entry<T>[] = [];
  let added = 0;
  const isBefore = (one: Entry<T> | undefined, other: Entry<T> | undefined): boolean => {
    if (one === undefined || other === undefined) return other === undefined;
    return one.timed.at !== other.timed.at ? one.timed.at < other.timed.at : one.place < other.place;
  };
  const swap = (one: number, other: number): void => {
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return;
    heap[one] = second;
    heap[other] = first;
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at], heap[parent])) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right], heap[left]) ? right : left;
      if (!isBefore(heap[child], heap[at])) return;
      swap(at, child);
      at = child;
    }
  };
  return {
    add(timed) {
      heap.push({ timed, place: added });
      added += 1;
      rise(heap.length - 1);
    },
    next: () => heap[0]?.timed,
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return first.timed;
    },
  };
}
