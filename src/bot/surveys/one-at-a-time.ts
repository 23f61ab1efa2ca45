/**
 * Work that is asked for often and looks at the present state: for each key one at a time, and once more when it was asked
 * for meanwhile. Rejects as the work does.
 */
export function createOneAtATime<Key>(work: (key: Key) => Promise<void>): (key: Key) => Promise<void> {
  const running = new Map<Key, Promise<void>>();
  const waiting = new Map<Key, Promise<void>>();

  function begin(key: Key): Promise<void> {
    const run = work(key).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  }

  return (key) => {
    const present = running.get(key);
    if (present === undefined) return begin(key);
    const next =
      waiting.get(key) ??
      present
        .catch(() => {})
        .then(() => {
          waiting.delete(key);
          return begin(key);
        });
    waiting.set(key, next);
    return next;
  };
}
