/**
 * What the engine does where no worker is there: it asks again, each ten seconds at the most, for more than a day, and then
 * lets the run rest until somebody resumes it. Its own default comes back once a minute, and rests after an hour.
 */
export const UNTIL_BACK = {
  initialInterval: 100,
  exponentiationFactor: 2,
  maxInterval: 10_000,
  maxAttempts: 10_000,
  onMaxAttempts: "pause",
} as const;
