/** Tells the time: ISO 8601 in UTC with microseconds, e.g. `2026-01-31T12:00:00.000123Z`. */
export type Clock = () => string;

/** Options of {@link createClock}. */
export interface ClockOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** Makes a clock that never tells the same time twice and never goes back, so that its times sort as texts. */
export function createClock(options: ClockOptions = {}): Clock {
  const now = options.now ?? Date.now;
  let last = 0;
  return () => {
    last = Math.max(Math.floor(now()) * 1000, last + 1);
    const micros = String(last % 1000).padStart(3, "0");
    return new Date(Math.floor(last / 1000)).toISOString().replace("Z", `${micros}Z`);
  };
}
