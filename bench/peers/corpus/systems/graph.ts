import type { BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type { MemorySaver } from "@langchain/langgraph";
import type { Player } from "../player.ts";
import type { MessageScript } from "../script.ts";
import { errorLine } from "../system.ts";
import type { Conversation, SendOptions, Turn } from "../system.ts";
import { breakSaver, langChainMessage, storedText } from "./langchain.ts";

interface Snapshot {
  readonly values: { readonly messages?: readonly BaseMessage[]; readonly activeAgent?: string };
  readonly tasks: readonly { readonly interrupts: readonly { readonly id?: string }[] }[];
}

interface Values {
  readonly messages: readonly BaseMessage[];
  readonly activeAgent?: string;
  readonly outcome?: { readonly kind: string; readonly limit?: string };
}

/** What a conversation uses of a compiled graph. */
export interface Graph {
  invoke(input: unknown, config: object): Promise<unknown>;
  stream(input: unknown, config: object): Promise<AsyncIterable<unknown>>;
  getState(config: object): Promise<unknown>;
  updateState(config: object, values: unknown, asNode?: string): Promise<unknown>;
}

/** What a graph's conversation is made of. */
export interface GraphParts {
  readonly graph: Graph;
  readonly player: Player;
  readonly saver: MemorySaver;
  readonly entry: string;
  readonly warnings?: readonly string[];
  /** Where a run's secret goes. */
  readonly secretIn: "context" | "configurable";
}

/** A conversation with a compiled graph: its threads are LangGraph's. */
export function graphConversation({ graph, player, saver, entry, warnings = [], secretIn }: GraphParts): Conversation {
  const configOf = (thread = "thread", secret?: string) => {
    const configurable = { thread_id: thread };
    if (secret === undefined) return { configurable };
    return secretIn === "context"
      ? { configurable, context: { secret } }
      : { configurable: { ...configurable, secret } };
  };
  const activeIn = async (thread?: string): Promise<string> => {
    try {
      const { values } = (await graph.getState(configOf(thread))) as Snapshot;
      return values.activeAgent ?? entry;
    } catch {
      // A saver cannot read a thread whose first checkpoint is not written yet.
      return entry;
    }
  };
  const run = async (input: unknown, { signal, thread, isStreamed, secret }: SendOptions = {}): Promise<Turn> => {
    const config = { ...configOf(thread, secret), ...(signal && { signal }) };
    try {
      const values = (isStreamed ? await streamed(graph, input, config) : await graph.invoke(input, config)) as Values;
      const limit = values.outcome?.kind === "limit" ? { error: `limit: ${values.outcome.limit}` } : {};
      return { text: values.messages.at(-1)?.text ?? "", active: values.activeAgent ?? entry, ...limit };
    } catch (error) {
      return { text: "", active: await activeIn(thread), error: errorLine(error) };
    }
  };
  return {
    player,
    store: saver,
    warnings,
    send: (input, options = {}) => run({ messages: messagesOf(input), ...options.channels }, options),
    resume: () => run(null),
    async answer(value, { isWrongId = false } = {}) {
      const { tasks } = (await graph.getState(configOf())) as Snapshot;
      const [pending] = tasks.flatMap(({ interrupts }) => interrupts);
      const id = isWrongId ? "0".repeat(32) : (pending?.id ?? "");
      return run(new Command({ resume: { [id]: value } }));
    },
    async plant(messages) {
      await graph.updateState(configOf(), { messages: messages.map(langChainMessage) }, entry);
    },
    breakStore: (isBroken) => breakSaver(saver, isBroken),
    stored: async () => storedText({ storage: saver.storage, writes: saver.writes }),
  };
}

function messagesOf(input: string | readonly MessageScript[]): BaseMessage[] {
  return typeof input === "string" ? [langChainMessage({ role: "user", text: input })] : input.map(langChainMessage);
}

async function streamed(graph: Graph, input: unknown, config: object): Promise<unknown> {
  for await (const _chunk of await graph.stream(input, { ...config, streamMode: "messages" }));
  const { values } = (await graph.getState(config)) as Snapshot;
  return values;
}
