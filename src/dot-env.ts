import { Problem } from "./core/problem.ts";

/** Adds what a file `.env` in the working folder says to the environment, which wins. Having none is fine. */
export function loadDotEnv(): void {
  try {
    process.loadEnvFile();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return;
    throw new Problem("unreadable_env", 500, "The file .env cannot be read.", {
      next: "Correct its permissions, or remove it.",
      cause: thrown,
    });
  }
}
