/** Whether traffic should come here. */
export interface Readiness {
  check(): Promise<{ readonly ready: true } | { readonly ready: false; readonly reason: string }>;
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
      if (!(await within(answers(), deadlineMs))) return { ready: false, reason: "the database does not answer" };
      const reason = complaint();
      return reason === null ? { ready: true } : { ready: false, reason };
    },
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
