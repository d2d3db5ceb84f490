import { AIMessageChunk } from "@langchain/core/messages";
import { StreamChannel } from "@langchain/langgraph";
import type { ProtocolEvent, StreamTransformer } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { Envelopes } from "../observe/envelope.ts";
import type { SwarmEvent } from "../observe/events.ts";
import type { Granularity } from "../observe/granularity.ts";
import { Publisher } from "../observe/publish.ts";
import { RunReader } from "../observe/read-run.ts";
import type { Tell } from "../observe/read-run.ts";
import { reachedBy, runEnd, runError } from "../observe/run-end.ts";

/** Options of {@link swarmTransformer}. */
export interface SwarmTransformerOptions {
  /** The swarm: its name, and which calls are handoffs. Default: the run is of a `"swarm"`. */
  readonly definition?: SwarmDefinition | undefined;
  /** The thread's id in the events. Default: none. */
  readonly threadId?: string | undefined;
  /** Default: a random one. */
  readonly runId?: string | undefined;
  /** Whether the run goes on with what was stopped: LangGraph's protocol does not say. Default: false. */
  readonly resumed?: boolean | undefined;
  /** Default `"tokens"`. */
  readonly granularity?: Granularity | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Whether clients of LangGraph's server get the events too, on the channel `custom:swarm`. Default: false. */
  readonly remote?: boolean | undefined;
}

/** What the transformer adds to a run's `extensions`. */
export interface SwarmExtension {
  readonly swarm: StreamChannel<SwarmEvent>;
}

/**
 * A transformer for LangGraph's `streamEvents` of version 3: the run's {@link SwarmEvent}s as `run.extensions.swarm`, beside
 * whatever else is read of the run. The events of {@link swarmEvents}, made of LangGraph's protocol, which does not say
 * everything: arguments of calls come in one piece, `run.started` tells no input, and there is no `state.checkpoint`.
 *
 * @example
 * ```ts
 * import { SwarmAgent, swarmTransformer } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const graph = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } }).compile();
 * const transformers = [swarmTransformer({ definition: graph.definition })] as const;
 * const run = await graph.streamEvents({ messages: "Hi" }, { version: "v3", transformers });
 * for await (const event of run.extensions.swarm) event.type; // "run.started", "agent.started", ...
 * ```
 */
export function swarmTransformer(options: SwarmTransformerOptions = {}): () => StreamTransformer<SwarmExtension> {
  return () => new SwarmTransformer(options);
}

class SwarmTransformer implements StreamTransformer<SwarmExtension> {
  readonly #channel: StreamChannel<SwarmEvent>;
  readonly #envelopes: Envelopes;
  readonly #reader: RunReader;
  readonly #swarm: string;
  readonly #resumed: boolean;
  readonly #protocol = new ProtocolReader();
  #isStarted = false;

  constructor({ definition, threadId, runId, resumed, granularity = "tokens", now, remote }: SwarmTransformerOptions) {
    this.#resumed = resumed ?? false;
    this.#swarm = definition?.name ?? "swarm";
    this.#channel = remote === true ? StreamChannel.remote<SwarmEvent>("swarm") : StreamChannel.local<SwarmEvent>();
    this.#reader = new RunReader({ tell: this.#tell, withDeltas: granularity === "tokens", definition });
    this.#envelopes = new Envelopes(
      { runId: runId ?? globalThis.crypto.randomUUID(), threadId, granularity, now: now ?? Date.now },
      new Publisher([], () => undefined),
    );
  }

  init(): SwarmExtension {
    return { swarm: this.#channel };
  }

  process(event: ProtocolEvent): boolean {
    for (const [mode, data] of this.#protocol.read(event)) {
      this.#start();
      this.#reader.push(mode, data);
    }
    return true;
  }

  finalize(): void {
    this.#start();
    const reader = this.#reader;
    reader.end(reader.isInterrupted ? "stopped" : "done");
    this.#tell(runEnd(reader, reachedBy(reader)));
  }

  fail(error: unknown): void {
    this.#start();
    this.#reader.end("failed");
    this.#tell(runError(error));
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#tell({ type: "run.started", swarm: this.#swarm, resumed: this.#resumed });
  }

  readonly #tell: Tell = (draft, agent) => {
    const event = this.#envelopes.seal(draft, this.#reader.turn, agent);
    if (event !== undefined) this.#channel.push(event);
  };
}

/** A chunk as `graph.stream(...)` gives it with several stream modes. */
type ModeChunk = readonly [mode: string, data: unknown];

/** Turns LangGraph's protocol back into the chunks of its stream modes, for the root of the run. */
class ProtocolReader {
  /** The ids of the messages that are under way, by the runs of their models. */
  readonly #ids = new Map<unknown, string>();

  read({ method, params }: ProtocolEvent): ModeChunk[] {
    const { namespace, node, data } = params;
    if (method === "messages") return this.#message(data, namespace, node);
    if (namespace.length > 0) return [];
    if (method === "values") return [["values", data]];
    if (method === "custom") return [["custom", (data as { readonly payload?: unknown }).payload]];
    if (method !== "updates") return [];
    const { node: name = "", values } = data as { readonly node?: string; readonly values: unknown };
    return [["updates", { [name]: values }]];
  }

  #message(data: unknown, namespace: readonly string[], node: string | undefined): ModeChunk[] {
    const { event, id, delta, usage, run_id: run } = data as MessageEvent;
    if (event === "message-start") this.#ids.set(run, id ?? "");
    const known = this.#ids.get(run);
    if (event === "message-finish") {
      this.#ids.delete(run);
      const agent = namespace[0]?.split(":", 1)[0] ?? "";
      return usage === undefined || known === undefined ? [] : [["custom", usageSignal(agent, usage)]];
    }
    const content = event === "message-start" ? "" : contentOf(delta);
    if (known === undefined || content === undefined) return [];
    const at = { langgraph_checkpoint_ns: namespace.join("|"), langgraph_node: node };
    return [["messages", [new AIMessageChunk({ id: known, content }), at]]];
  }
}

interface MessageEvent {
  readonly event: string;
  readonly id?: string;
  readonly run_id?: string;
  readonly delta?: { readonly type: string; readonly text?: string; readonly reasoning?: string };
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number; readonly total_tokens?: number };
}

function contentOf(delta: MessageEvent["delta"]): AIMessageChunk["content"] | undefined {
  if (delta?.type === "text-delta") return delta.text ?? "";
  return delta?.type === "reasoning-delta" ? [{ type: "reasoning", reasoning: delta.reasoning ?? "" }] : undefined;
}

function usageSignal(agent: string, usage: NonNullable<MessageEvent["usage"]>) {
  const { input_tokens: input = 0, output_tokens: output = 0, total_tokens: total = input + output } = usage;
  return { type: "usage", agent, tokens: { input, output, total } };
}
