import type { SwarmDefinition } from "../define/definition.ts";
import { shortHash } from "../define/tool-name.ts";
import { SwarmError } from "../errors.ts";
import { toMermaid } from "./to-mermaid.ts";

/** The version of the recordings that this package writes and reads. */
export const RECORDING_VERSION = 1;

const FORMAT = "swarmgraph-events";

/** The first line of a recording: what was recorded, and the swarm as it was. */
export interface RecordingHeader {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly swarm: string;
  /** Stands for agents, tools and edges: equal in two recordings of the same swarm. */
  readonly hash?: string;
  readonly entry?: string;
  readonly agents?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly tools: readonly string[];
  }[];
  readonly edges?: readonly {
    readonly from: string;
    readonly to: string;
    readonly returns?: true;
    readonly requiresApproval?: true;
  }[];
  readonly mermaid?: string;
}

/** The header lines of the swarms that were recorded: a drawing and a hash take longer than a short run's events. */
const lines = new WeakMap<SwarmDefinition, { readonly swarm: string; readonly line: string }>();

/** The line of a recording's header for a swarm. */
export function headerLine(swarm: string, definition: SwarmDefinition | undefined): string {
  const known = definition && lines.get(definition);
  if (known?.swarm === swarm) return known.line;
  const line = JSON.stringify(recordingHeader(swarm, definition));
  if (definition !== undefined) lines.set(definition, { swarm, line });
  return line;
}

/** The header for a swarm; only its name where the definition is not known. */
function recordingHeader(swarm: string, definition: SwarmDefinition | undefined): RecordingHeader {
  const header = { format: FORMAT, version: RECORDING_VERSION, swarm } as const;
  if (definition === undefined) return header;
  const agents = [...definition.agents.values()].map(({ name, spec: { description, tools = [] } }) => ({
    name,
    ...(description !== undefined && { description }),
    tools: tools.map((tool) => nameOf(tool)),
  }));
  const edges = [...definition.agents.values()].flatMap(({ name: from, edges }) =>
    edges.map(({ to, returns, requiresApproval }) => ({
      from,
      to,
      ...(returns && { returns }),
      ...(requiresApproval && { requiresApproval }),
    })),
  );
  const { entry } = definition;
  const hash = shortHash(JSON.stringify({ entry, agents, edges }), 14);
  return { ...header, hash, entry, agents, edges, mermaid: toMermaid(definition) };
}

/** Reads a recording's first line. @throws SwarmError `RECORDING_INCOMPATIBLE`. */
export function parseHeader(line: string): RecordingHeader {
  const header = parseLine(line);
  if (typeof header !== "object" || header === null || (header as { format?: unknown }).format !== FORMAT) {
    throw incompatible("it does not begin with a header of one. Pass the lines that toJsonl() or recordEvents() wrote");
  }
  const { version } = header as { version?: unknown };
  if (version !== RECORDING_VERSION) {
    throw incompatible(
      `it has version ${String(version)}, and this package reads version ${RECORDING_VERSION}. Read it with the version of swarmgraph that wrote it, or record it anew`,
    );
  }
  return header as RecordingHeader;
}

/** A line as JSON; `undefined` where it is none. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The error for something that is no recording, or none of ours. */
export function incompatible(why: string): SwarmError {
  return new SwarmError("RECORDING_INCOMPATIBLE", `the recording cannot be read: ${why}.`, { resumable: false });
}

function nameOf(tool: unknown): string {
  const { name, type, function: inner } = tool as { name?: unknown; type?: unknown; function?: { name?: unknown } };
  return String(name ?? inner?.name ?? type);
}
