interface ProgressOutput {
  readonly write: (text: string) => void;
  /** A terminal gets a bar that is redrawn, anything else a line each tenth. */
  readonly isTerminal: boolean;
}

export interface Progress {
  /** `share` is 0 to 1; one that is smaller than before, because more turned out to be left, changes nothing. `note` says what has been done. */
  update(share: number, note: string): void;
  finish(note: string): void;
}

const CELLS = 24;

export function createProgress(label: string, { write, isTerminal }: ProgressOutput): Progress {
  let shown = -1;
  return {
    update(share, note) {
      const percent = Math.floor(Math.min(Math.max(share, 0), 1) * 100);
      if (percent <= shown || (!isTerminal && percent < shown + 10)) return;
      shown = percent;
      const filled = Math.round((percent / 100) * CELLS);
      const bar = `${"█".repeat(filled)}${"░".repeat(CELLS - filled)}`;
      write(isTerminal ? `\r\u001B[2K  ${label}  ${bar}  ${percent}%  ${note}` : `  ${label}  ${percent}%  ${note}\n`);
    },
    finish(note) {
      write(isTerminal ? `\r\u001B[2K  ${label}  ${note}\n` : `  ${label}  ${note}\n`);
    },
  };
}
