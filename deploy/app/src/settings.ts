import { readFileSync } from "node:fs";

/** What a program reads of its environment, and where it listens. */
export interface Program {
  /** The port that it listens at unless `PORT` says another. */
  readonly port?: number;
  /** Variables that it does not start without. Each may be given as a file instead, named by the variable with `_FILE`. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const HTTP = ["PORT", "GRACE_SECONDS"];

/** Every program of this folder. The recipes are checked against this table, and the programs read their settings by it. */
export const programs = {
  server: { port: 8787, required: ["DATABASE_URL", "SWARMGRAPH_API_KEY"], optional: [...HTTP, "OPENAI_API_KEY"] },
  "dbos-worker": {
    port: 8787,
    required: ["DATABASE_URL", "SWARMGRAPH_API_KEY", "EXECUTOR_ID", "APP_VERSION"],
    optional: [...HTTP, "OPENAI_API_KEY"],
  },
  "restate-server": { port: 8787, required: ["RESTATE_INGRESS_URL", "SWARMGRAPH_API_KEY"], optional: HTTP },
  "restate-worker": {
    port: 9080,
    required: ["RESTATE_INGRESS_URL"],
    optional: ["PORT", "RESTATE_IDENTITY_KEY", "OPENAI_API_KEY"],
  },
  "restate-register": { required: ["RESTATE_ADMIN_URL", "WORKER_URL"], optional: [] },
} satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof programs;

/** Where the programs that speak HTTP say how they are. */
export const HEALTH = { alive: "/healthz", ready: "/readyz" } as const;

/** Seconds that runs may go on once a program is told to stop. */
export const GRACE_SECONDS = 30;

/** The settings of a program. */
export interface Settings {
  readonly port: number;
  readonly graceMs: number;
  /** The value of a required variable. */
  value(name: string): string;
  /** The value of an optional one, where it is set. */
  optional(name: string): string | undefined;
}

/**
 * Reads what a program needs of its environment.
 *
 * @throws Error that names every variable that is missing, or the one that makes no sense.
 */
export function readSettings(name: ProgramName, env: NodeJS.ProcessEnv = process.env): Settings {
  const program: Program = programs[name];
  const read = (variable: string): string | undefined => {
    const file = env[`${variable}_FILE`];
    const value = file ? readFileSync(file, "utf8").trim() : env[variable];
    return value === "" ? undefined : value;
  };
  const missing = program.required.filter((variable) => read(variable) === undefined);
  if (missing.length > 0) throw new Error(`${name} needs ${missing.join(", ")}: set each, or its file with _FILE.`);
  const number = (variable: string, usual: number): number => {
    const given = read(variable);
    const value = given === undefined ? usual : Number(given);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Error(`${variable} is "${given}": give a whole number.`);
  };
  return {
    port: number("PORT", program.port ?? 0),
    graceMs: 1_000 * number("GRACE_SECONDS", GRACE_SECONDS),
    value: (variable) => read(variable) ?? "",
    optional: read,
  };
}
