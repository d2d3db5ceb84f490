/** One call in a scripted answer; its arguments as data, or as the text that a provider sent. */
export interface CallScript {
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly rawArgs?: string;
  /** `null` for a call that comes without an id; made up where it is left out. */
  readonly id?: string | null;
}

/** One answer of a scripted model. */
export type StepScript =
  | {
      readonly kind: "answer";
      readonly text: string;
      readonly calls: readonly CallScript[];
      /** It was cut off at its length. */
      readonly isTruncated?: boolean;
      /** Its calls stand among its content blocks, too. */
      readonly hasBlocks?: boolean;
    }
  | { readonly kind: "fail"; readonly status: number; readonly text: string }
  /** The stream says something, and then its connection breaks. */
  | { readonly kind: "break"; readonly text: string };

/** What a scripted model can see of the request that it answers. */
export interface Seen {
  /** What the user said last. */
  readonly user: string;
  /** The answers of tools, in order. */
  readonly results: readonly string[];
  /** The names of the tools on offer. */
  readonly tools: readonly string[];
}

/** What a tool's body is given beside its arguments. */
export interface ToolRuntime {
  /** What tells one effect from another when a call is made again; whatever the system has that is nearest to it. */
  readonly key: string | undefined;
  /** The run's secret, where it was started with one. */
  readonly secret: string | undefined;
}

/** A tool; each of its fields is required. */
export interface ToolScript {
  readonly name: string;
  readonly fields?: Readonly<Record<string, "number" | "string">>;
  readonly run: (args: Record<string, unknown>, runtime: ToolRuntime) => unknown;
}

/** An agent: what its model answers in order, or decides when it is asked. */
export interface AgentScript {
  readonly name: string;
  readonly model?: readonly StepScript[] | ((seen: Seen) => StepScript);
  readonly tools?: readonly ToolScript[];
  /** Names of the agents that it may hand off to. Default: none. */
  readonly to?: readonly string[];
}

/** A swarm as every system is given it; the first agent is the entry, unless another is named. */
export interface SwarmScript {
  readonly agents: readonly AgentScript[];
  readonly entry?: string;
  /** How long a tool may take, for systems that can tell. */
  readonly toolTimeoutMs?: number;
  /** What a system has to keep an agent's tool results from the next one is in use. */
  readonly isPrivate?: boolean;
}

/** A message of a conversation that was not had here. */
export type MessageScript =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly calls?: readonly CallScript[] }
  | { readonly role: "tool"; readonly callId: string; readonly name: string; readonly text: string };

/** An answer without calls. */
export function say(text: string): StepScript {
  return { kind: "answer", text, calls: [] };
}

/** An answer that is one call, or several. */
export function call(...calls: readonly CallScript[]): StepScript {
  return { kind: "answer", text: "", calls };
}

/** The call of a handoff, as every system names it for a name of small letters. */
export function handoff(to: string, rest: Omit<CallScript, "name"> = {}): CallScript {
  return { name: `transfer_to_${to}`, ...rest };
}

/** A failure of the provider's. */
export function fail(status = 503): StepScript {
  return { kind: "fail", status, text: "the provider is overloaded" };
}

/** A call's arguments as a provider sends them. */
export function argumentsOf({ args = {}, rawArgs }: CallScript): string {
  return rawArgs ?? JSON.stringify(args);
}
