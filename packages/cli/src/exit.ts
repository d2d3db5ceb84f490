/** What the program's exit code says. */
export const EXIT = {
  /** It did what it was asked. */
  ok: 0,
  /** The thing itself failed: a run, a check, a scenario, a server. */
  failed: 1,
  /** It was asked for something that makes no sense: an option, a file that is not there or cannot be read. */
  usage: 2,
  /** The file has no swarm. */
  noSwarm: 3,
  /** Versions do not fit together: of packages, or of a recording. */
  incompatible: 4,
  /** It was stopped by whoever started it. */
  aborted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
