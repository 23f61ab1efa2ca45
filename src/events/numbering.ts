/** Small integers in place of outside ids, as the database has given them out. */
export interface Numbering {
  /** `undefined` when it must be learnt first. */
  readonly get: (id: string) => number | undefined;
  /** Asks the database, giving out numbers to ids it does not know. The answer holds at least `ids`. */
  learn(ids: Iterable<string>): Promise<ReadonlyMap<string, number>>;
}

interface NumberingParts {
  /** Answers a number for every id; ids come without repetition. */
  readonly look: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Ids remembered, at least; at most twice as many. */
  readonly capacity: number;
}

const IDS_PER_STATEMENT = 5_000;

/**
 * Remembers what was used lately in two generations. Ids asked for while a look-up is under way are
 * looked up together after it, so that one process never gives two numbers to one id.
 */
export function createNumbering({ look, capacity }: NumberingParts): Numbering {
  let recent = new Map<string, number>();
  let older = new Map<string, number>();
  let waiting = new Set<string>();
  let next: Promise<ReadonlyMap<string, number>> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function remember(id: string, number: number): void {
    if (recent.size >= capacity) {
      older = recent;
      recent = new Map();
    }
    recent.set(id, number);
  }

  async function run(): Promise<ReadonlyMap<string, number>> {
    const ids = [...waiting];
    waiting = new Set();
    next = null;
    const found = new Map<string, number>();
    for (let start = 0; start < ids.length; start += IDS_PER_STATEMENT) {
      for (const [id, number] of await look(ids.slice(start, start + IDS_PER_STATEMENT))) {
        found.set(id, number);
        remember(id, number);
      }
    }
    return found;
  }

  return {
    get(id) {
      const number = recent.get(id);
      if (number !== undefined) return number;
      const old = older.get(id);
      if (old !== undefined) remember(id, old);
      return old;
    },
    learn(ids) {
      for (const id of ids) waiting.add(id);
      next ??= last = last.then<ReadonlyMap<string, number>, ReadonlyMap<string, number>>(run, run);
      return next;
    },
  };
}
