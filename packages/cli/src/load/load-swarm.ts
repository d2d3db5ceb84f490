import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import type { Diagnostic, SwarmDefinition, SwarmGraph } from "swarmgraph";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { findPackage } from "../packages/find-package.ts";
import { isCompatible } from "../packages/range.ts";
import { findSwarm } from "./find-swarm.ts";
import type { FoundSwarm } from "./find-swarm.ts";
import { existingFile, importModule } from "./import-module.ts";

/** A swarm file, loaded. */
export interface LoadedSwarm {
  /** The absolute path. */
  readonly file: string;
  readonly exportName: string;
  /** The project's own files that it was loaded from, the swarm file first. */
  readonly files: readonly string[];
  readonly definition: SwarmDefinition;
  /** Every problem of the definition, warnings included. */
  verify(): readonly Diagnostic[];
  /**
   * The swarm as a graph that keeps its threads: with its own checkpointer, else with the one given.
   *
   * @throws SwarmDefinitionError
   */
  compile(checkpointer: BaseCheckpointSaver): SwarmGraph;
}

/** A file and the export that is asked for: `desk.ts`, `desk.ts#support`. */
export function parseReference(reference: string, cwd: string): { file: string; name: string | undefined } {
  const at = reference.lastIndexOf("#");
  const isPlain = at <= 0 || existsSync(resolve(cwd, reference));
  return isPlain
    ? { file: existingFile(reference, cwd), name: undefined }
    : { file: existingFile(reference.slice(0, at), cwd), name: reference.slice(at + 1) || undefined };
}

/**
 * Loads a swarm from a file, as `file` or `file#export`. A `version` above 0 loads the project's files anew.
 *
 * @throws CliError `FILE_MISSING`, `FILE_BROKEN`, `PACKAGE_MISSING`, `SWARM_MISSING`, `EXPORT_MISSING`, `VERSIONS_DIFFER`;
 * SwarmDefinitionError where the file compiles an unsound swarm itself.
 */
export async function loadSwarm(reference: string, io: Io, version = 0): Promise<LoadedSwarm> {
  const { file, name } = parseReference(reference, io.cwd);
  assertSameVersion(file);
  const { exports, files } = await importModule(file, io, version);
  const { exportName, value } = findSwarm(exports, { file: basename(file), name });
  return { file, exportName, files, ...opened(value) };
}

/** A swarm that is already in hand, as {@link loadSwarm} gives it. */
export function opened(value: FoundSwarm["value"]): Pick<LoadedSwarm, "definition" | "verify" | "compile"> {
  const definition = value.definition as SwarmDefinition;
  return {
    definition,
    verify: () => ("verify" in value ? value.verify() : new SwarmAgent(definition.options).verify()),
    compile: (checkpointer) => {
      if ("verify" in value) return (value as SwarmAgent<never>).compile({ checkpointer }) as unknown as SwarmGraph;
      const keepsOwn = typeof value.checkpointer === "object";
      return keepsOwn ? value : value.withCheckpointer(checkpointer);
    },
  };
}

/** A swarm of another version may look like ours, and not be. */
function assertSameVersion(file: string): void {
  const theirs = findPackage("swarmgraph", dirname(file));
  const ours = findPackage("swarmgraph", dirname(fileURLToPath(import.meta.url)));
  if (theirs === undefined || ours === undefined || isCompatible(theirs.version, ours.version)) return;
  throw new CliError(
    "VERSIONS_DIFFER",
    `${basename(file)} uses swarmgraph ${theirs.version}, and this command line ${ours.version}.`,
    {
      hint: 'Install two that fit: "npm install swarmgraph@latest @swarmgraph/cli@latest".',
      exitCode: EXIT.incompatible,
    },
  );
}
