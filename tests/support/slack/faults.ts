/** What may go wrong with one call of a method, or of `upload` and `response_url`. */
export type Fault =
  | { readonly kind: "429"; readonly retryAfterSeconds: number }
  | { readonly kind: "status"; readonly status: number }
  /** `ok: false` with this error. */
  | { readonly kind: "error"; readonly error: string; readonly needed?: string }
  /** Done, but nobody learns of it. */
  | { readonly kind: "reply lost" }
  /** Done, `onDone` is told, and no answer ever comes. */
  | { readonly kind: "reply held"; readonly onDone: () => void }
  /** Not done, and the connection breaks. */
  | { readonly kind: "request lost" }
  /** Waits until `until` before it is done. */
  | { readonly kind: "slow"; readonly until: Promise<void> };

export interface Faults {
  add(method: string, fault: Fault, times?: number): void;
  take(method: string): Fault | null;
}

export function createFaults(): Faults {
  const waiting = new Map<string, Fault[]>();
  return {
    add(method, fault, times = 1) {
      const list = waiting.get(method) ?? [];
      for (let nth = 0; nth < times; nth += 1) list.push(fault);
      waiting.set(method, list);
    },
    take: (method) => waiting.get(method)?.shift() ?? null,
  };
}
