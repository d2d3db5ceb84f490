import { parseArgs } from "node:util";

/** What a run was asked for. */
export interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  /** Whether `docs/performance.md` is written. Default: in a full run of all workloads. */
  readonly write: boolean;
  readonly updateBaseline: boolean;
  readonly rounds: number;
  /** No cell is begun after so many minutes. */
  readonly minutes: number;
  /** The beginning of the workloads' ids. */
  readonly only: string;
  /** The Node.js that the cells run on, by its path. Absent: this one. */
  readonly node: string | undefined;
}

export const USAGE = `pnpm bench [options]

  --quick             three rounds of the main cells, in under three minutes
  --json              print the figures as JSON, and nothing else
  --only <prefix>     workloads whose id begins so: turn/, build/, history/, checkpoint/, concurrent/, ...
  --rounds <n>        rounds (default 5; with --quick 3)
  --minutes <n>       begin no cell after so many minutes (default: none; with --quick 2.4). What is left out is named
  --node <path>       run the cells on another Node.js: the page shows them beside its own the next time that it is written
  --write             write docs/performance.md also after a quick or restricted run: with --only, the other cells are those
                      of the last full run, which bench/nodes keeps
  --update-baseline   keep this run's ratios in bench/baseline.json`;

/**
 * @throws TypeError if there is an option that it does not know, or options that make no page together; RangeError for a
 *   number of rounds or minutes that makes no sense.
 */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      "update-baseline": { type: "boolean", default: false },
      rounds: { type: "string" },
      minutes: { type: "string" },
      only: { type: "string", default: "" },
      node: { type: "string" },
    },
  });
  const rounds = values.rounds === undefined ? (values.quick ? 3 : 5) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`--rounds takes a whole number, not ${values.rounds}`);
  const usual = values.quick ? 2.4 : Number.POSITIVE_INFINITY;
  const minutes = values.minutes === undefined ? usual : Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError(`--minutes takes a number above 0, not ${values.minutes}`);
  if (values.write && values.quick && values.only !== "")
    throw new TypeError("--quick, --only and --write together would make a page of a few hurried cells: leave one out");
  return {
    quick: values.quick,
    json: values.json,
    write: values.write || (!values.quick && values.only === ""),
    updateBaseline: values["update-baseline"],
    rounds,
    minutes,
    only: values.only,
    node: values.node,
  };
}
