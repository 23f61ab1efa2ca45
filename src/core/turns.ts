/**
 * Long pieces of work one at a time, and between two of them whatever else waits for the thread: a hundred of them at once
 * delay others by one.
 */
export interface Turns {
  next(): Promise<void>;
}

export function createTurns(): Turns {
  let last = Promise.resolve();
  return {
    next() {
      last = last.then(() => new Promise<void>((resolve) => void setImmediate(resolve)));
      return last;
    },
  };
}
