import { parseArgs } from "node:util";

/** What a run was asked for. */
export interface ScaleOptions {
  readonly rounds: number;
  /** No round is begun after so many minutes. */
  readonly minutes: number;
  /** The beginning of the cells' ids. A restricted run writes nothing, unless it adds. */
  readonly only: string;
  /** Keeps the rounds that there are, and adds its own. */
  readonly add: boolean;
  /** Writes the page again from the figures that are there. */
  readonly page: boolean;
}

export const SCALE_USAGE = `pnpm scale [options]

  --rounds <n>        rounds (default 3)
  --minutes <n>       begin no round after so many minutes (default 4)
  --only <prefix>     cells whose id begins so: step/, workers/, threads/; writes nothing
  --add               keep the rounds that there are and add these, also of a few cells (on the same machine)
  --page              write docs/scale.md again from bench/scale.json, and measure nothing`;

/** @throws TypeError for an option that it does not know; RangeError for a number that makes no sense. */
export function parseScaleOptions(args: readonly string[]): ScaleOptions {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== "--"),
    options: {
      rounds: { type: "string", default: "3" },
      minutes: { type: "string", default: "4" },
      only: { type: "string", default: "" },
      add: { type: "boolean", default: false },
      page: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`--rounds takes a whole number, not ${values.rounds}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError(`--minutes takes a number above 0, not ${values.minutes}`);
  return { rounds, minutes, only: values.only, add: values.add, page: values.page };
}
