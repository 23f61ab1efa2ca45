import { readdirSync, readFileSync } from "node:fs";

/** Of Linux on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that a process has used; null where there is no /proc. */
export function cpuSeconds(pid: number): number | null {
  const [own] = readProcess(pid);
  return own === undefined ? null : own.ticks / TICKS_PER_SECOND;
}

/** As `cpuSeconds`, with the processes below it that still live. */
export function familyCpuSeconds(pid: number): number | null {
  const all = processes();
  if (all === null) return null;
  const family = new Set([pid]);
  // A child may come before its parent in the list.
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const one of all) if (family.has(one.parent)) family.add(one.pid);
  }
  return all.filter((one) => family.has(one.pid)).reduce((sum, one) => sum + one.ticks, 0) / TICKS_PER_SECOND;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Own, and of children that have ended. */
  readonly ticks: number;
}

function processes(): Process[] | null {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)));
  } catch {
    return null;
  }
}

function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return [{ pid, parent: Number(fields[1]), ticks }];
  } catch {
    return [];
  }
}
