import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

interface Stat {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  /** Milliseconds of its own and of its children that have ended. */
  readonly cpuMs: number;
}

/** The CPU time of a process, of its children, and of those of its children that have ended; 0 where there is no `/proc`. */
export function cpuMsOf(pid: number): number {
  const family = stats().filter((stat) => stat.pid === pid || stat.parent === pid);
  return family.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** The id of a child of this process by the beginning of its program's name. */
export function childNamed(name: string): number | undefined {
  return stats().find((stat) => stat.parent === process.pid && stat.name.startsWith(name))?.pid;
}

function stats(): readonly Stat[] {
  return idsOfProcesses().flatMap((pid) => {
    try {
      return [parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"))];
    } catch {
      // It has ended since.
      return [];
    }
  });
}

function idsOfProcesses(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  } catch {
    return [];
  }
}

/** Reads a line of `/proc/<pid>/stat`; the program's name stands in brackets, and may hold anything. */
export function parseStat(line: string): Stat {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const fields = line.slice(close + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid: Number(line.slice(0, open)),
    name: line.slice(open + 1, close),
    parent: Number(fields[1]),
    cpuMs: ticks * TICK_MS,
  };
}
