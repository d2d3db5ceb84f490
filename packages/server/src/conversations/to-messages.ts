import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { textOf } from "../wire/chunks.ts";
import type { Chunk, Content } from "../wire/chunks.ts";
import type { InputEntry } from "../wire/entries.ts";
import { newId, newToolCallId } from "../wire/ids.ts";
import type { ConversationInputs } from "../wire/requests.ts";
import type { AgentSwarm } from "./swarm-of.ts";

/** What a request's inputs come to. */
export interface ReadInputs {
  /** Turns before the last of the user's: kept, not answered. */
  readonly earlier: readonly BaseMessage[];
  /** The turns to answer. */
  readonly said: readonly BaseMessage[];
  /** Results of functions, by Mistral's call id. */
  readonly results: ReadonlyMap<string, string>;
  /** Handoffs, in order: replayed ones, or the client's decision about one that waits. */
  readonly handoffs: readonly Extract<InputEntry, { type: "agent.handoff" }>[];
}

/** The inputs of a request as a list of entries. */
export function entriesIn(inputs: ConversationInputs | undefined): readonly InputEntry[] {
  if (inputs === undefined) return [];
  if (typeof inputs !== "string") return inputs;
  return [{ object: "entry", type: "message.input", role: "user", content: inputs, prefix: false }];
}

/** Reads inputs: messages for the log, and what answers a run that waits. Entries of unknown types are passed over. */
export function readInputs(inputs: ConversationInputs | undefined, swarm: AgentSwarm): ReadInputs {
  const messages: BaseMessage[] = [];
  const results = new Map<string, string>();
  const handoffs: ReadInputs["handoffs"][number][] = [];
  for (const entry of entriesIn(inputs)) {
    switch (entry.type) {
      case "message.input": {
        const id = entry.id ?? newId("msg");
        const isUser = entry.role !== "assistant";
        messages.push(
          isUser
            ? new HumanMessage({ id, content: toBlocks(entry.content) })
            : new AIMessage({ id, content: textOf(entry.content) }),
        );
        break;
      }
      case "message.output": {
        const author = entry.agent_id == null ? undefined : swarm.nameOf(entry.agent_id);
        const id = entry.id ?? newId("msg");
        messages.push(
          new AIMessage({ id, content: textOf(entry.content), ...(author !== undefined && { name: author }) }),
        );
        break;
      }
      case "function.call":
        messages.push(
          callOf(
            entry.name,
            entry.arguments,
            { id: entry.id, callId: entry.tool_call_id, agentId: entry.agent_id },
            swarm,
          ),
        );
        break;
      case "function.result":
        results.set(entry.tool_call_id, entry.result);
        messages.push(
          new ToolMessage({ id: entry.id ?? newId("fr"), tool_call_id: entry.tool_call_id, content: entry.result }),
        );
        break;
      case "tool.execution": {
        const callId = newToolCallId();
        const at = { id: entry.id, callId, agentId: entry.agent_id };
        messages.push(callOf(entry.name, entry.arguments, at, swarm));
        messages.push(
          new ToolMessage({
            id: newId("fr"),
            tool_call_id: callId,
            content: JSON.stringify(entry.info ?? {}),
            name: entry.name,
          }),
        );
        break;
      }
      case "agent.handoff":
        handoffs.push(entry);
        break;
      default:
    }
  }
  const lastAnswered = messages.findLastIndex((message) => message.type !== "human");
  return { earlier: messages.slice(0, lastAnswered + 1), said: messages.slice(lastAnswered + 1), results, handoffs };
}

function callOf(
  name: string,
  given: string | Readonly<Record<string, unknown>>,
  { id, callId, agentId }: { id: string | undefined; callId: string; agentId: string | null | undefined },
  swarm: AgentSwarm,
): AIMessage {
  const author = agentId == null ? undefined : swarm.nameOf(agentId);
  return new AIMessage({
    id: id ?? newId("fc"),
    content: "",
    tool_calls: [{ type: "tool_call", id: callId, name, args: { ...argumentsOf(given) } }],
    ...(author !== undefined && { name: author }),
  });
}

function argumentsOf(given: string | Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof given !== "string") return given;
  try {
    const value: unknown = JSON.parse(given);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** The user's chunks as LangChain's blocks: texts and images as they are, documents by their address. */
function toBlocks(content: Content): HumanMessage["content"] {
  if (typeof content === "string") return content;
  return content.map((chunk: Chunk) => {
    if (chunk.type === "text") return { type: "text", text: chunk.text };
    if (chunk.type === "image_url") {
      const { url, detail } = typeof chunk.image_url === "string" ? { url: chunk.image_url } : chunk.image_url;
      return { type: "image_url", image_url: { url, ...(detail != null && { detail }) } };
    }
    if (chunk.type === "document_url") return { type: "text", text: `Document: ${chunk.document_url}` };
    return { type: "text", text: JSON.stringify(chunk) };
  }) as HumanMessage["content"];
}
