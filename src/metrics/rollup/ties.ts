/** Which names belong together, by any number of steps. */
export interface Ties {
  tie(one: string, other: string): void;
  /** A name that stands for all that belong together. */
  of(name: string): string;
}

export function createTies(): Ties {
  const parents = new Map<string, string>();
  const of = (name: string): string => {
    let top = name;
    for (let parent = parents.get(top); parent !== undefined; parent = parents.get(top)) top = parent;
    for (let at = name; at !== top;) {
      const next = parents.get(at) ?? top;
      parents.set(at, top);
      at = next;
    }
    return top;
  };
  return {
    of,
    tie(one, other) {
      const [first, second] = [of(one), of(other)];
      if (first !== second) parents.set(first, second);
    },
  };
}
