import { DrawError } from "./draw-error.ts";

/** What a drawing is written as: markup, a text picture, another tool's language, or data. */
export type DrawFormat = (typeof FORMATS)[number];

/** Which way the handoffs run: left to right, or top to bottom. */
export type Direction = (typeof DIRECTIONS)[number];

/** The colours: fixed, or those that the reader's system prefers. */
export type Theme = (typeof THEMES)[number];

/** An edge by its two agents: `[from, to]`. */
export type EdgePair = readonly [from: string, to: string];

/** What stands out, by names. A name that the swarm does not know is passed over: a recording may be older than it. */
export interface Highlight {
  readonly agents?: readonly string[] | undefined;
  readonly edges?: readonly EdgePair[] | undefined;
  /** The agent that has the conversation. */
  readonly active?: string | undefined;
  /** Handoffs that were refused. One between two agents that share no edge is drawn as an edge of its own. */
  readonly refused?: readonly EdgePair[] | undefined;
}

/** What is drawn beside the agents and their edges. */
export interface Show {
  /** The agents' tools by name. Default true. */
  readonly tools?: boolean | undefined;
  /** The name of the handoff tool on each handoff. Default false. */
  readonly handoffTools?: boolean | undefined;
  /** Which handoffs and tools wait for an approval. Default true. */
  readonly approvals?: boolean | undefined;
  /** What other agents' models read of each agent. Default false. */
  readonly descriptions?: boolean | undefined;
  /** Where a new conversation begins. Default true. */
  readonly start?: boolean | undefined;
  /** That a turn may end with each of the agents. Default false. */
  readonly end?: boolean | undefined;
}

/** What the layout depends on. */
export interface LayoutOptions {
  /** What stands out: agents, edges, refused handoffs. Default: nothing. */
  readonly highlight?: Highlight | undefined;
  /** What is drawn beside agents and edges. Default: tools, approvals and the start. */
  readonly show?: Show | undefined;
  /** Default `"TB"`. */
  readonly direction?: Direction | undefined;
}

/** What `drawSwarm` takes. What a format has no use for is passed over. */
export interface DrawOptions extends LayoutOptions {
  /** What is drawn: `"svg"`, `"mermaid"`, `"ascii"`, `"dot"` or `"json"`. */
  readonly format: DrawFormat;
  /** SVG: the colours. Default `"auto"`. */
  readonly theme?: Theme | undefined;
  /** SVG: the id of the root element, which every other id begins with. Default: made from the swarm's name. */
  readonly id?: string | undefined;
  /** ASCII: the columns that no line exceeds, at least 20. Default 80. */
  readonly width?: number | undefined;
}

const FORMATS = ["mermaid", "svg", "ascii", "dot", "json"] as const;
const DIRECTIONS = ["LR", "TB"] as const;
const THEMES = ["light", "dark", "auto"] as const;

/** Refuses what TypeScript would have refused: the values may come from a command line. */
export function assertOptions(options: Omit<DrawOptions, "format"> & { readonly format?: DrawFormat }): void {
  assertOneOf("format", options.format, FORMATS);
  assertOneOf("direction", options.direction, DIRECTIONS);
  assertOneOf("theme", options.theme, THEMES);
  const { id, width } = options;
  if (width !== undefined && !(width >= 20)) {
    throw new DrawError("OPTION_INVALID", `width ${width} is too small for a drawing; give at least 20 columns.`);
  }
  if (id !== undefined && !/^[A-Za-z][\w-]*$/u.test(id)) {
    throw new DrawError(
      "OPTION_INVALID",
      `id ${JSON.stringify(id)} cannot be an element's id here; use a letter, then letters, digits, "-" and "_".`,
    );
  }
}

function assertOneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new DrawError(
    "OPTION_INVALID",
    `${name} ${JSON.stringify(value)} is unknown; use one of ${allowed.map((known) => `"${known}"`).join(", ")}.`,
  );
}
