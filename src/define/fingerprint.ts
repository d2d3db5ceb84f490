import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { PayloadSchema } from "../types.ts";
import type { EdgeDefinition, SwarmDefinition } from "./definition.ts";
import { shortHash } from "./tool-name.ts";

/**
 * The version of the form in which a thread is stored. Absent in checkpoints: 0, the form before there were versions. In 1
 * the turn counted its edges by name; in 2 the ledger has them, and the turn says how many of its lines count.
 */
export const CHECKPOINT_SCHEMA = 2;

/** What a checkpoint says about its writer: the version of its form, and which swarm it was. */
export interface Stamp {
  readonly schema: number;
  readonly swarm: {
    /** The swarm's name, where it was given one. */
    readonly name?: string | undefined;
    /** Its topology: see {@link swarmFingerprint}. */
    readonly fingerprint: string;
  };
}

/** Characters of a fingerprint: 64 bits and more. */
const LENGTH = 14;

const fingerprints = new WeakMap<SwarmDefinition, string>();
const stamps = new WeakMap<SwarmDefinition, Stamp>();
const schemas = new WeakMap<object, string>();

/**
 * A swarm's topology as 14 letters and digits: its agents, who may hand off to whom and how (`returns`,
 * `requiresApproval`), and the JSON schemas of the inputs. The order in which they are written does not matter; prompts,
 * models and tools do not count. The same in every process. Made once per definition, in O(edges).
 *
 * @example
 * ```ts
 * import { SwarmAgent, swarmFingerprint } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello.") } } });
 * swarmFingerprint(swarm.definition) === swarm.compile().fingerprint; // true
 * ```
 */
export function swarmFingerprint(definition: SwarmDefinition): string {
  const made = fingerprints.get(definition) ?? shortHash(topologyOf(definition), LENGTH);
  fingerprints.set(definition, made);
  return made;
}

/** What a turn of this swarm writes into the checkpoints. */
export function stampOf(definition: SwarmDefinition): Stamp {
  const { name } = definition.options;
  const swarm = { ...(name !== undefined && { name }), fingerprint: swarmFingerprint(definition) };
  const made = stamps.get(definition) ?? { schema: CHECKPOINT_SCHEMA, swarm };
  stamps.set(definition, made);
  return made;
}

function topologyOf({ agents }: SwarmDefinition): string {
  const lines = [...agents.values()].map(({ name, spec, edges }) => {
    const targets = edges.map(textOfEdge).toSorted();
    return JSON.stringify([name, textOfSchema(spec.input), targets]);
  });
  return lines.toSorted().join("\n");
}

function textOfEdge({ to, returns, requiresApproval, input }: EdgeDefinition): string {
  return `${JSON.stringify(to)}${returns ? " returns" : ""}${requiresApproval ? " approval" : ""} ${textOfSchema(input)}`;
}

/** A schema as text, short since many edges share one. */
function textOfSchema(schema: PayloadSchema | undefined): string {
  if (schema === undefined) return "";
  const made = schemas.get(schema) ?? shortHash(JSON.stringify(sorted(jsonOf(schema))), LENGTH);
  schemas.set(schema, made);
  return made;
}

/** A schema that cannot be told as JSON counts as one that takes anything: a fingerprint never fails a run. */
function jsonOf(schema: PayloadSchema): unknown {
  try {
    return toJsonSchema(schema as Parameters<typeof toJsonSchema>[0]);
  } catch {
    return {};
  }
}

/** Keywords of JSON schema whose lists are sets. */
const SETS: ReadonlySet<string> = new Set(["enum", "required", "type"]);

function sorted(value: unknown, isSet = false): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item));
    return isSet ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, SETS.has(key))]));
}
