/** A rest that can be cut short and never keeps the process alive. One at a time. */
export interface Pause {
  rest(ms: number): Promise<void>;
  cut(): void;
}

export function createPause(): Pause {
  let cut: (() => void) | null = null;
  return {
    rest: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          cut = null;
          resolve();
        };
        const timer = setTimeout(end, ms).unref();
        cut = end;
      }),
    cut: () => cut?.(),
  };
}
