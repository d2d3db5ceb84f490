import type { SwarmAgent, SwarmDefinition, SwarmGraph } from "swarmgraph";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";

/** A swarm among a module's exports: a `SwarmAgent`, or what its `compile()` gave. */
export interface FoundSwarm {
  readonly exportName: string;
  readonly value: SwarmAgent<never> | SwarmGraph;
}

/** The names under which a swarm is looked for first, in this order. */
const NAMES = ["default", "swarm", "graph"];

/**
 * Finds the swarm that a module exports: under the name asked for, else as `default`, `swarm` or `graph`, else under any
 * name, where there is only one. Judged by shape, since the module may have another copy of the package.
 *
 * @throws CliError `SWARM_MISSING`, `EXPORT_MISSING`.
 */
export function findSwarm(
  exports: Readonly<Record<string, unknown>>,
  { file, name }: { readonly file: string; readonly name?: string | undefined },
): FoundSwarm {
  const known = Object.keys(exports)
    .filter((key) => key !== "module.exports")
    .sort();
  const swarms = known.filter((key) => isSwarm(exports[key]));
  const wayOut = `Export a SwarmAgent, or what its compile() gives, as "swarm", "graph" or default.`;
  if (name !== undefined) {
    const value = exports[name];
    if (isSwarm(value)) return { exportName: name, value };
    const has = name in exports ? `exports "${name}", which is no swarm` : `has no export "${name}"`;
    const hint = swarms.length === 0 ? wayOut : `Name one of its swarms: ${list(swarms)}.`;
    throw new CliError("EXPORT_MISSING", `${file} ${has}.`, { hint, exitCode: EXIT.noSwarm });
  }
  const chosen = NAMES.find((key) => swarms.includes(key)) ?? (swarms.length === 1 ? swarms[0] : undefined);
  if (chosen !== undefined) return { exportName: chosen, value: exports[chosen] as FoundSwarm["value"] };
  if (swarms.length > 1) {
    throw new CliError("SWARM_MISSING", `${file} has several swarms: ${list(swarms)}.`, {
      hint: `Choose one: ${file}#${swarms[0]}.`,
      exitCode: EXIT.noSwarm,
    });
  }
  const has = known.length === 0 ? "exports nothing" : `exports no swarm, but ${list(known)}`;
  throw new CliError("SWARM_MISSING", `${file} ${has}.`, { hint: wayOut, exitCode: EXIT.noSwarm });
}

/** Whether a value is a `SwarmAgent` or a compiled swarm, of whatever copy of the package. */
export function isSwarm(value: unknown): value is FoundSwarm["value"] {
  if (typeof value !== "object" || value === null) return false;
  const { definition, compile, invoke } = value as Record<string, unknown>;
  const isDefined = typeof definition === "object" && definition !== null;
  return (
    isDefined &&
    (definition as Partial<SwarmDefinition>).agents instanceof Map &&
    (typeof compile === "function" || typeof invoke === "function")
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
