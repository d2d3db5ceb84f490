import { ToolMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { isCommand, isGraphBubbleUp } from "@langchain/langgraph";
import type { Command } from "@langchain/langgraph";
import type { CallView } from "../define/calls.ts";
import { ENGINE_CHANNELS } from "../define/node-names.ts";
import { didYouMean } from "../define/did-you-mean.ts";
import { merged } from "../define/merged.ts";
import { textOf } from "../define/text-of.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { answerToFault } from "./call-limits.ts";
import type { Attempt } from "./note-call.ts";
import { emit, isHeard } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { capText, describeThrown, serialise } from "./serialise.ts";
import { withTimeout } from "./timeout.ts";
import { invokeTool } from "./tool-output.ts";
import type { GivenCall, ToMessage } from "./tool-output.ts";
import type { Known } from "./unknown-outcome.ts";

/** What one tool call came to. */
export interface ToolOutcome {
  readonly message: ToolMessage;
  /** Channels of the user's own that the tool wrote. */
  readonly update: Readonly<Record<string, unknown>>;
}

/** What is wrong with a call that no tool can be run for, as the model reads it; `undefined` where nothing is. */
export function faultOf(
  call: CallView,
  { tools, clientTools, agent }: Pick<AgentRuntime, "tools" | "clientTools" | "agent">,
): string | undefined {
  if (!tools.has(call.name) && !clientTools.has(call.name)) {
    const names = [...tools.keys(), ...clientTools];
    const known =
      names.length === 0 ? "You have no tools." : `Your tools are ${names.map((name) => `"${name}"`).join(", ")}.`;
    return `Error: agent "${agent.name}" has no tool "${call.name}".${didYouMean(call.name, names)} ${known}`;
  }
  return call.malformed === undefined ? undefined : answerToFault(call.name, call.malformed);
}

/**
 * Runs one call of an agent's tool. Never rejects for what a tool does or a model asks for: an unknown tool, bad
 * arguments, a throw, a timeout come back as an answer to the model. Rejects when the run is aborted or interrupted, and
 * where the step runner itself fails.
 */
export async function runToolCall(
  call: CallView,
  runtime: AgentRuntime,
  state: NodeState,
  config: NodeConfig,
  { number, once }: Attempt,
): Promise<Known> {
  const { name: agent } = runtime.agent;
  const callId = call.id ?? "";
  const max = runtime.definition.limits.maxToolResultChars;
  const fault = faultOf(call, runtime);
  if (fault !== undefined) {
    emit(config, { type: "tool.error", agent, tool: call.name, callId, result: fault });
    return failedCall(call, fault);
  }
  const tool = runtime.tools.get(call.name) as StructuredToolInterface;
  emit(config, { type: "tool.started", agent, tool: call.name, callId, args: call.args });
  const key = `tool:${callId}${number === 1 ? "" : `~${number}`}`;
  // A tool that throws has come to something as well: an engine must keep that, not run it once more.
  const run = async (): Promise<ToolOutcome> => {
    try {
      let made: ToolMessage | undefined;
      const toMessage = (text: string) => (made = answer(call, capped(text, max)));
      const value = await invoke(tool, call, runtime, { state, config, toMessage });
      return made !== undefined && value === made ? { message: made, update: {} } : toOutcome(value, call, max);
    } catch (thrown) {
      if ((thrown instanceof Error && isGraphBubbleUp(thrown)) || config.signal?.aborted) throw thrown;
      return failedCall(call, capText(`Error: ${describeThrown(thrown)}`, max));
    }
  };
  const outcome = await runtime.steps.run(call.name, key, () => once(run));
  if ("unknown" in outcome || !isHeard(config)) return outcome;
  const type = outcome.message.status === "error" ? "tool.error" : "tool.done";
  emit(config, { type, agent, tool: call.name, callId, result: textOf(outcome.message) });
  return outcome;
}

/** What a tool is run with, beside its arguments. */
interface Surroundings {
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly toMessage: ToMessage;
}

function invoke(
  tool: StructuredToolInterface,
  call: CallView,
  { agent, definition }: AgentRuntime,
  { state, config, toMessage }: Surroundings,
): Promise<unknown> {
  const toolCall: GivenCall = { type: "tool_call", id: call.id ?? "", name: call.name, args: copyOf(call.args) };
  const own: Record<string, unknown> = {
    state: snapshotOf(state),
    toolCall,
    toolCallId: toolCall.id,
    emit: (data: unknown) =>
      emit(config, { type: "tool.progress", agent: agent.name, tool: call.name, callId: toolCall.id, data }),
    idempotencyKey: `${config.configurable?.["thread_id"] ?? ""}:${toolCall.id}`,
  };
  const start = (signal: AbortSignal | undefined) => {
    if (signal !== undefined) own["signal"] = signal;
    return invokeTool(tool, toolCall, merged(config, own), toMessage);
  };
  return withTimeout(start, {
    ms: definition.limits.toolTimeoutMs,
    what: `tool "${call.name}"`,
    signal: config.signal,
  });
}

/** The arguments for a tool to do with as it likes. Most hold no objects: those cost a tenth to copy. */
function copyOf(args: CallView["args"]): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(args);
  const isFlat = prototype === Object.prototype && Object.values(args).every(isAtom);
  return isFlat ? { ...args } : structuredClone(args);
}

function isAtom(value: unknown): boolean {
  const kind = typeof value;
  return value === null || kind === "string" || kind === "number" || kind === "boolean";
}

/** The state for a tool to look at: what it does to the lists stays its own. */
function snapshotOf(state: NodeState): NodeState {
  return merged(state, { messages: state.messages.slice(), handoffs: [...(state.handoffs ?? [])] });
}

function toOutcome(value: unknown, call: CallView, max: number): ToolOutcome {
  if (ToolMessage.isInstance(value)) return { message: addressed(value, call, max), update: {} };
  if (isCommand(value)) return fromCommand(value, call, max);
  return { message: answer(call, capped(serialise(value), max)), update: {} };
}

/** A tool may update the user's channels; where the conversation goes is for the edges alone. */
function fromCommand(command: Command, call: CallView, max: number): ToolOutcome {
  const gotos = Array.isArray(command.goto) ? command.goto : [command.goto].filter((goto) => goto !== undefined);
  if (gotos.length > 0 || command.graph !== undefined) {
    return failedCall(
      call,
      `Error: tool "${call.name}" returned a Command with a destination, which a swarm does not follow: hand off instead.`,
    );
  }
  const update = Object.fromEntries(
    Array.isArray(command.update) ? command.update : Object.entries(command.update ?? {}),
  );
  const { messages, ...own } = update as { messages?: unknown } & Record<string, unknown>;
  const forbidden = Object.keys(own).filter((key) => (ENGINE_CHANNELS as readonly string[]).includes(key));
  if (forbidden.length > 0)
    return failedCall(
      call,
      `Error: tool "${call.name}" may not write ${forbidden.map((key) => `"${key}"`).join(", ")}.`,
    );
  const said = (Array.isArray(messages) ? messages : []).find((message) => ToolMessage.isInstance(message));
  return { message: said === undefined ? answer(call, { content: "Done." }) : addressed(said, call, max), update: own };
}

/** A tool's own message: to this call, whatever it says itself, and no longer than may be. */
function addressed(message: ToolMessage, call: CallView, max: number): ToolMessage {
  const { content } = message;
  return new ToolMessage({
    ...(typeof content === "string" ? capped(content.toWellFormed(), max) : { content }),
    tool_call_id: call.id ?? "",
    name: call.name,
    ...(message.status && { status: message.status }),
    ...(message.artifact !== undefined && { artifact: message.artifact as unknown }),
  });
}

/** The caller's answer to a call that waited for it. */
export function toReply(call: CallView, reply: { readonly result?: unknown; readonly isError?: unknown }, max: number) {
  const content = capped(serialise(reply.result), max);
  return reply.isError === true ? failedCall(call, content.content).message : answer(call, content);
}

/** The answer to a call that was not let: an error to the model, `{ denied: true }` as its artifact. */
export function toDenial(call: CallView, reason: unknown): ToolMessage {
  const why = typeof reason === "string" && reason.trim() !== "" ? reason.trim() : "it was not approved";
  return new ToolMessage({
    content: `Error: the call of "${call.name}" was denied: ${why}.`,
    tool_call_id: call.id ?? "",
    name: call.name,
    status: "error",
    artifact: { denied: true },
  });
}

/** What of a tool's text the model reads; where that is not all, the whole text is kept beside it as the artifact. */
function capped(text: string, max: number): { content: string; artifact?: { fullText: string } } {
  const content = capText(text, max);
  return content === text ? { content } : { content, artifact: { fullText: text } };
}

function answer(call: CallView, said: ReturnType<typeof capped>): ToolMessage {
  const { name, id = "" } = call;
  const { content, artifact } = said;
  if (artifact === undefined) return new ToolMessage({ content, tool_call_id: id, name, status: "success" });
  return new ToolMessage({ content, artifact, tool_call_id: id, name, status: "success" });
}

/** A call that came to an error, as the model reads it. */
export function failedCall(call: CallView, content: string): ToolOutcome {
  return {
    message: new ToolMessage({ content, tool_call_id: call.id ?? "", name: call.name, status: "error" }),
    update: {},
  };
}
