import { AIMessage, BaseMessage, HumanMessage } from "@langchain/core/messages";
import { Runnable } from "@langchain/core/runnables";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isGraphBubbleUp } from "@langchain/langgraph";
import { messageNameFor } from "../define/tool-name.ts";
import { SwarmError } from "../errors.ts";
import type { AgentGraph } from "../types.ts";

/**
 * Who does the work: a compiled graph, a swarm, a LangChain agent, a chat model or other Runnable, a function on messages;
 * or one of these with a description for whoever chooses.
 */
export type Worker = AgentGraph | { readonly graph: AgentGraph; readonly description?: string | undefined };

/** Workers by name. */
export type Workers = Readonly<Record<string, Worker>>;

/** What a worker is asked with. */
export interface WorkerCall {
  readonly name: string;
  readonly messages: readonly BaseMessage[];
  readonly config: RunnableConfig;
}

/** The graph, Runnable or function of a worker. */
export function graphOf(worker: Worker): AgentGraph {
  return typeof worker === "function" || "invoke" in worker ? worker : worker.graph;
}

/** The description of a worker, where it has one. */
export function descriptionOf(worker: Worker): string | undefined {
  return graphOf(worker) === worker ? undefined : (worker as { description?: string }).description;
}

/**
 * Asks a worker and gives its final answer, as text and under its name. What it did on the way (tool calls, handoffs,
 * reasoning) stays with it: no other worker's provider has to accept it.
 *
 * @throws SwarmError `MODEL_INVALID` where it does not end with an answer; `AGENT_FAILED` where it throws.
 */
export async function callWorker(worker: Worker, { name, messages, config }: WorkerCall): Promise<AIMessage> {
  const graph = graphOf(worker);
  const given = endOnUser(messages, name);
  const reply = await invoke(graph, given, config).catch((error: unknown) => {
    throw failureOf(error, `worker "${name}" failed`, { agent: name, signal: config.signal });
  });
  const known = new Set<unknown>(given.flatMap((message) => [message, message.id ?? message]));
  const answer = messagesIn(reply).findLast((message) => !known.has(message) && !known.has(message.id));
  if (!AIMessage.isInstance(answer) || (answer.tool_calls ?? []).length > 0) {
    throw new SwarmError(
      "MODEL_INVALID",
      `worker "${name}" did not end with an answer. Return a string, an AIMessage without tool calls, or { messages } that end in one.`,
      { agent: name },
    );
  }
  return new AIMessage({
    content: answer.text,
    name: messageNameFor(name),
    response_metadata: answer.response_metadata,
    ...(answer.id !== undefined && { id: answer.id }),
    ...(answer.usage_metadata !== undefined && { usage_metadata: answer.usage_metadata }),
  });
}

/** An error of a worker's or model's as ours. An abort, an interrupt and a typed error stay what they are. */
export function failureOf(
  error: unknown,
  what: string,
  options: { readonly agent: string; readonly signal: AbortSignal | undefined },
): unknown {
  if (isGraphBubbleUp(error) || options.signal?.aborted === true || SwarmError.is(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SwarmError("AGENT_FAILED", `${what}: ${reason}`, { agent: options.agent, cause: error });
}

async function invoke(graph: AgentGraph, messages: BaseMessage[], config: RunnableConfig): Promise<unknown> {
  if (typeof graph === "function") return graph(messages, config);
  // A plain Runnable takes the messages themselves; graphs and LangChain agents take a state.
  const takesMessages = Runnable.isRunnable(graph) && !("channels" in graph) && !("graph" in graph);
  return graph.invoke((takesMessages ? messages : { messages }) as never, config as never);
}

/** Providers answer a user's turn, not an assistant's; and some refuse an assistant turn that says nothing. */
function endOnUser(messages: readonly BaseMessage[], name: string): BaseMessage[] {
  const said = withoutEmpty(messages);
  return said.at(-1)?.type === "ai"
    ? [...said, new HumanMessage(`It is your turn, ${name}. Carry on from what the others have done.`)]
    : said;
}

/** The messages without assistant turns that hold neither content nor calls. */
export function withoutEmpty(messages: readonly BaseMessage[]): BaseMessage[] {
  return messages.filter(
    (message) => !AIMessage.isInstance(message) || message.content.length > 0 || (message.tool_calls ?? []).length > 0,
  );
}

function messagesIn(reply: unknown): BaseMessage[] {
  if (typeof reply === "string") return [new AIMessage(reply)];
  if (BaseMessage.isInstance(reply)) return [reply];
  if (Array.isArray(reply)) return reply.filter((message) => BaseMessage.isInstance(message));
  if (typeof reply === "object" && reply !== null && "messages" in reply) return messagesIn(reply.messages);
  return [];
}
