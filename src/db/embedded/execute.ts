import { execFile, type ExecFileOptions } from "node:child_process";

export interface Executed {
  /** 0 when it went well; null when a signal ended it or it could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Never throws: a program that is not there is an exit code of null. */
export function execute(file: string, words: readonly string[], options: ExecFileOptions = {}): Promise<Executed> {
  return new Promise((resolve) => {
    execFile(file, words, { ...options, encoding: "utf8" }, (failure, stdout, stderr) => {
      const exitCode = failure === null ? 0 : typeof failure.code === "number" ? failure.code : null;
      resolve({ exitCode, stdout, stderr: stderr === "" && failure !== null ? failure.message : stderr });
    });
  });
}
