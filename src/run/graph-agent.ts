import { AIMessage, BaseMessage, coerceMessageLikeToMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessageLike } from "@langchain/core/messages";
import { Runnable } from "@langchain/core/runnables";
import { isGraphBubbleUp } from "@langchain/langgraph";
import { SwarmError } from "../errors.ts";
import type { AgentGraph } from "../types.ts";
import type { ModelCall } from "./model-call.ts";
import { describeThrown } from "./serialise.ts";
import { withWatch } from "./telling.ts";
import { withTimeout } from "./timeout.ts";

/**
 * Asks an agent that is a graph, a Runnable or a function. It gets the projected messages (graphs as `{ messages }`),
 * with the agent's prompt in front where it has one, and gives messages back; those that it was given are not repeated.
 * One on another machine (`RemoteGraph`) gets nothing but these: no `context`, and no thread but one of its own.
 *
 * @throws SwarmError `MODEL_INVALID` where it gives no assistant message.
 */
export async function callGraph(graph: AgentGraph, call: ModelCall): Promise<BaseMessage[]> {
  const { runtime } = call;
  const config = call.watch?.listening(call.config) ?? call.config;
  const { agent, definition, steps } = runtime;
  const { system, messages } = call.promptFor(runtime.addresseeOf(graph), true);
  const prompt = [...(system === "" ? [] : [new SystemMessage(system)]), ...messages];
  const ask = (signal: AbortSignal | undefined): Promise<unknown> => {
    const metadata = { ...config.metadata, lc_agent_name: agent.name };
    // Neither the context nor the thread's state is meant for another machine.
    const given = isRemote(graph) ? { configurable: {} } : withWatch(config);
    const own = { ...given, metadata, ...(signal && { signal }) };
    if (typeof graph === "function") return Promise.resolve(graph(prompt, own));
    const input = takesMessages(graph) ? prompt : { messages: prompt };
    return graph.invoke(input as never, own as never);
  };
  const reply = await steps
    .run(agent.name, call.key, () =>
      withTimeout(ask, { ms: definition.limits.modelTimeoutMs, what: `agent "${agent.name}"`, signal: config.signal }),
    )
    .catch((error: unknown) => {
      throw isGraphBubbleUp(error) || config.signal?.aborted || SwarmError.is(error)
        ? error
        : failure(error, agent.name);
    });
  const known = new Set<unknown>(
    prompt.flatMap((message) => [message, ...(message.id === undefined ? [] : [message.id])]),
  );
  const fresh = messagesIn(reply).filter(
    (message) => !known.has(message) && !known.has(message.id) && message.type !== "human" && message.type !== "system",
  );
  if (!AIMessage.isInstance(fresh.at(-1))) {
    throw new SwarmError(
      "MODEL_INVALID",
      `agent "${agent.name}" did not end with an assistant message. Return a string, an AIMessage, or { messages } that end in one.`,
      { agent: agent.name },
    );
  }
  return fresh;
}

/** A plain Runnable takes the messages themselves; graphs and LangChain agents take a state. */
function takesMessages(graph: object): boolean {
  return Runnable.isRunnable(graph) && !("channels" in graph) && !("graph" in graph) && !isRemote(graph);
}

/** LangGraph's `RemoteGraph`: a graph that runs on another machine. */
function isRemote(graph: object): boolean {
  return "graphId" in graph && "client" in graph;
}

function messagesIn(reply: unknown): BaseMessage[] {
  if (typeof reply === "string") return [new AIMessage(reply)];
  if (BaseMessage.isInstance(reply)) return [reply];
  if (Array.isArray(reply)) return reply.flatMap((message) => messageOf(message) ?? []);
  if (typeof reply === "object" && reply !== null && "messages" in reply) return messagesIn(reply.messages);
  return [];
}

/** A message as it is, or as a server sent it: a plain object. */
function messageOf(value: unknown): BaseMessage | undefined {
  if (BaseMessage.isInstance(value)) return value;
  const isPlain =
    typeof value === "object" && value !== null && "content" in value && ("type" in value || "role" in value);
  return isPlain ? coerceMessageLikeToMessage(value as BaseMessageLike) : undefined;
}

function failure(error: unknown, agent: string): SwarmError {
  return new SwarmError("AGENT_FAILED", `agent "${agent}" failed: ${describeThrown(error)}`, { agent, cause: error });
}
