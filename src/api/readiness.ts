/** Whether traffic should come here. */
export interface Readiness {
  check(): Promise<{ readonly ready: true } | { readonly ready: false; readonly reason: string }>;
  /** What the start is at, in words for people: "Sample data is being generated, 40%". */
  starting(step: string): void;
  /** The start is complete and was told; before that `check` says that it is not. */
  started(): void;
  /** What the start is at; null once it is complete. */
  step(): string | null;
  /** From now on `check` says that it is stopping. */
  stopping(): void;
}

/** `ping` rejects when the database does not answer; one that takes longer than `deadlineMs` counts as no answer. */
export function createReadiness({
  ping,
  complaint = () => null,
  deadlineMs = 1_000,
}: {
  ping: () => Promise<unknown>;
  /** What is wrong with this process though the database answers; null: nothing. */
  complaint?: () => string | null;
  deadlineMs?: number;
}): Readiness {
  let isStopping = false;
  let step: string | null = null;
  let underWay: Promise<boolean> | undefined;

  function answers(): Promise<boolean> {
    underWay ??= ping()
      .then(
        () => true,
        () => false,
      )
      .finally(() => (underWay = undefined));
    return underWay;
  }

  return {
    async check() {
      if (isStopping) return { ready: false, reason: "stopping" };
      if (step !== null) return { ready: false, reason: step };
      if (!(await within(answers(), deadlineMs))) return { ready: false, reason: "the database does not answer" };
      const reason = complaint();
      return reason === null ? { ready: true } : { ready: false, reason };
    },
    starting: (words) => void (step = words),
    started: () => void (step = null),
    step: () => step,
    stopping() {
      isStopping = true;
    },
  };
}

async function within(answer: Promise<boolean>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
