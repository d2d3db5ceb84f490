import { createHash } from "node:crypto";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRecord, ToolRequest } from "swarmgraph";
import { isRecord } from "../wire/chosen.ts";
import type { Content } from "../wire/chunks.ts";
import type { Entry } from "../wire/entries.ts";
import { toolCallIdFor } from "../wire/ids.ts";
import type { IdPrefix } from "../wire/ids.ts";
import type { Agent } from "../wire/responses.ts";
import { contentOf, findingsOf, spokenIn } from "./content.ts";

/** An entry before the time is known at which it was first there. */
export type UntimedEntry = Entry extends infer E ? (E extends Entry ? Omit<E, "created_at"> : never) : never;

/** An entry, and the message of the log that it is part of. */
export interface PlacedEntry {
  readonly entry: UntimedEntry;
  readonly messageId: string;
}

/** The part of a thread's state that entries are made of. */
export interface ThreadState {
  readonly messages: readonly BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
  /** What the run waits for, where it does. */
  readonly waitsFor?: ToolRequest | undefined;
}

/**
 * A thread as Mistral's entries: a pure function of the log and the ledger, so that nothing is stored twice and ids are
 * the same at every reading.
 */
export function toEntries(state: ThreadState, agents: ReadonlyMap<string, Agent>): PlacedEntry[] {
  const placed: PlacedEntry[] = [];
  const results = new Map<string, ToolMessage>();
  for (const message of state.messages) if (ToolMessage.isInstance(message)) results.set(message.tool_call_id, message);
  let found: ToolMessage[] = [];
  for (const message of state.messages) {
    const messageId = message.id ?? "";
    const push = (entry: UntimedEntry): void => void placed.push({ entry, messageId });
    if (message.type === "human") {
      found = [];
      push({
        object: "entry",
        type: "message.input",
        id: entryId("msg", messageId),
        role: "user",
        content: contentIn(message),
        prefix: false,
      });
    } else if (AIMessage.isInstance(message)) {
      const author = agents.get(message.name ?? "");
      if (message.text.trim() !== "") {
        const content = contentOf(spokenIn(message), findingsOf(found));
        push({
          object: "entry",
          type: "message.output",
          id: entryId("msg", messageId),
          role: "assistant",
          content,
          ...makerOf(author),
        });
        found = [];
      }
      for (const entry of callsOf(message, { state, results, author, agents })) push(entry);
    } else if (ToolMessage.isInstance(message)) {
      const author = authorOf(message.tool_call_id, state.messages, agents);
      if (isClients(message.name ?? "", author)) {
        const callId = toolCallIdFor(message.tool_call_id);
        push({
          object: "entry",
          type: "function.result",
          id: entryId("fr", message.tool_call_id),
          tool_call_id: callId,
          result: message.text,
        });
      } else found.push(message);
    }
  }
  return placed;
}

/** The id of an entry: the same for the same thing. */
export function entryId(prefix: IdPrefix, of: string): string {
  return `${prefix}_${createHash("sha256").update(`${prefix}:${of}`).digest("hex").slice(0, 32)}`;
}

/** Whether a function is one that the client runs. */
export function isClients(name: string, agent: Agent | undefined): boolean {
  return (agent?.tools ?? []).some((tool) => tool.type === "function" && tool.function.name === name);
}

interface Around {
  readonly state: ThreadState;
  readonly results: ReadonlyMap<string, ToolMessage>;
  readonly author: Agent | undefined;
  readonly agents: ReadonlyMap<string, Agent>;
}

function* callsOf(message: AIMessage, { state, results, author, agents }: Around): Iterable<UntimedEntry> {
  for (const call of message.tool_calls ?? []) {
    const callId = call.id ?? "";
    const record = state.handoffs.find((one) => one.messageId === message.id && one.callId === callId);
    if (record !== undefined) {
      const entry = handoffEntry(record, agents);
      if (entry !== undefined) yield entry;
      continue;
    }
    const written = JSON.stringify(call.args);
    const result = results.get(callId);
    const waits = state.waitsFor?.calls.find((one) => one.callId === callId);
    const isDenied = isRecord(result?.artifact) && result.artifact["denied"] === true;
    if (isClients(call.name, author) || waits !== undefined || isDenied) {
      yield {
        object: "entry",
        type: "function.call",
        id: entryId("fc", callId),
        tool_call_id: toolCallIdFor(callId),
        name: call.name,
        arguments: written,
        ...makerOf(author),
        ...(waits?.needs === "approval" && { confirmation_status: "pending" as const }),
        ...(isDenied && { confirmation_status: "denied" as const }),
      };
    } else if (result !== undefined) {
      const info = { ...(result.status === "error" && { error: result.text }) };
      yield {
        object: "entry",
        type: "tool.execution",
        id: entryId("tool_exec", callId),
        name: call.name,
        arguments: written,
        ...(Object.keys(info).length > 0 && { info }),
        ...makerOf(author),
      };
    }
  }
}

/** A handoff that was taken, or that waits for the client. */
function handoffEntry(record: HandoffRecord, agents: ReadonlyMap<string, Agent>): UntimedEntry | undefined {
  const waits = record.status === "pending" && record.approval === "required";
  if (record.status !== "done" && !waits) return undefined;
  const previous = agents.get(record.from);
  const next = agents.get(record.to);
  return {
    object: "entry",
    type: "agent.handoff",
    id: entryId("handoff", record.id),
    previous_agent_id: previous?.id ?? "",
    previous_agent_name: previous?.name ?? record.from,
    next_agent_id: next?.id ?? "",
    next_agent_name: next?.name ?? record.to,
  };
}

/** Who made an entry. The one agent of a conversation on a model has no id, and is not told. */
export function makerOf(agent: Agent | undefined): { agent_id?: string; model?: string } {
  if (agent === undefined) return {};
  return { ...(agent.id !== "" && { agent_id: agent.id }), model: agent.model };
}

function authorOf(
  callId: string,
  messages: readonly BaseMessage[],
  agents: ReadonlyMap<string, Agent>,
): Agent | undefined {
  const caller = messages.find(
    (message) => AIMessage.isInstance(message) && (message.tool_calls ?? []).some(({ id }) => id === callId),
  );
  return agents.get(caller?.name ?? "");
}

function contentIn({ content, text }: BaseMessage): Content {
  if (typeof content === "string") return content;
  const isOwn = content.every(({ type }) => type === "text" || type === "image_url");
  return isOwn ? (content as unknown as Content) : text;
}
