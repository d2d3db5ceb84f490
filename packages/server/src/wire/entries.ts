import { z } from "zod/v4";
import type { Content } from "./chunks.ts";
import { contentSchema } from "./chunks.ts";
import { chosen, isRecord } from "./chosen.ts";
import type { IdPrefix } from "./ids.ts";
import { newId } from "./ids.ts";

/** What every entry of a conversation has. Timestamps are ISO 8601 in UTC, e.g. `2026-01-31T12:00:00.000Z`. */
export interface EntryBase {
  readonly object: "entry";
  readonly id: string;
  readonly created_at: string;
  readonly completed_at?: string | null | undefined;
}

/** What the client says. */
export interface MessageInputEntry extends EntryBase {
  readonly type: "message.input";
  /** `user` or `assistant`; the list is open. */
  readonly role: string;
  readonly content: Content;
  readonly prefix: boolean;
}

/** What an agent says. */
export interface MessageOutputEntry extends EntryBase {
  readonly type: "message.output";
  readonly role: "assistant";
  readonly content: Content;
  readonly agent_id?: string | null | undefined;
  readonly model?: string | null | undefined;
}

/** Where a call stands that needs the client's approval. */
export type ConfirmationStatus = "pending" | "allowed" | "denied";

/** A call of a function that the client has to answer or to approve. */
export interface FunctionCallEntry extends EntryBase {
  readonly type: "function.call";
  /** 9 letters or digits. */
  readonly tool_call_id: string;
  readonly name: string;
  /** JSON text, or the object itself; this library writes JSON text. */
  readonly arguments: string | Readonly<Record<string, unknown>>;
  readonly agent_id?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly confirmation_status?: ConfirmationStatus | null | undefined;
}

/** The client's answer to a call. */
export interface FunctionResultEntry extends EntryBase {
  readonly type: "function.result";
  readonly tool_call_id: string;
  readonly result: string;
}

/** A tool that ran on the server. */
export interface ToolExecutionEntry extends EntryBase {
  readonly type: "tool.execution";
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
  readonly info?: Readonly<Record<string, unknown>> | undefined;
  readonly agent_id?: string | null | undefined;
  readonly model?: string | null | undefined;
}

/** A handoff from one agent to another. */
export interface AgentHandoffEntry extends EntryBase {
  readonly type: "agent.handoff";
  readonly previous_agent_id: string;
  readonly previous_agent_name: string;
  readonly next_agent_id: string;
  readonly next_agent_name: string;
}

/**
 * An entry of a conversation. The list is open: an entry of another type that a client sent is kept as it came, so a
 * `switch` over `type` needs a `default`.
 */
export type Entry =
  | MessageInputEntry
  | MessageOutputEntry
  | FunctionCallEntry
  | FunctionResultEntry
  | ToolExecutionEntry
  | AgentHandoffEntry;

/** An entry that a response may hold. */
export type OutputEntry = AgentHandoffEntry | FunctionCallEntry | ToolExecutionEntry | MessageOutputEntry;

/** An entry that `messages` lists. */
export type MessageEntry = MessageInputEntry | MessageOutputEntry;

type Unstamped<E> = E extends Entry
  ? Omit<E, "id" | "created_at"> & { readonly id?: string | undefined; readonly created_at?: string | undefined }
  : never;

/** An entry of a request, read: the id and the time may be left to the server (`stampEntry`). */
export type InputEntry = Unstamped<Entry>;

type Loose<E> = E extends InputEntry
  ? Omit<E, "object" | "prefix"> & { readonly object?: "entry" | undefined; readonly prefix?: boolean | undefined }
  : never;

/** An entry as a program writes it, e.g. `{ type: "message.input", role: "user", content: "Hi" }`. */
export type EntryInput = Loose<InputEntry>;

const nullableText = z.string().nullable().optional();
const object = z
  .enum(["entry", "conversation.entry"])
  .default("entry")
  .transform((): "entry" => "entry");
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());
const base = {
  object,
  id: z.string().min(1).optional(),
  created_at: time.optional(),
  completed_at: time.nullable().optional(),
};
const maker = { agent_id: nullableText, model: nullableText };
const record = z.record(z.string(), z.unknown());
const callArguments = chosen<string | Record<string, unknown>>(
  (value) => (typeof value === "string" ? z.string() : record),
  "Expected JSON text or an object.",
);

const messageInput = z.strictObject({
  ...base,
  type: z.literal("message.input"),
  role: z.string().min(1),
  content: contentSchema,
  prefix: z.boolean().default(false),
});
const messageOutput = z.strictObject({
  ...base,
  ...maker,
  type: z.literal("message.output"),
  role: z.literal("assistant").default("assistant"),
  content: contentSchema,
});
const functionCall = z.strictObject({
  ...base,
  ...maker,
  type: z.literal("function.call"),
  tool_call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: callArguments,
  confirmation_status: z.enum(["pending", "allowed", "denied"]).nullable().optional(),
});
const functionResult = z.strictObject({
  ...base,
  type: z.literal("function.result"),
  tool_call_id: z.string().min(1),
  result: z.string(),
});
const toolExecution = z.strictObject({
  ...base,
  ...maker,
  type: z.literal("tool.execution"),
  name: z.string().min(1),
  arguments: callArguments
    .optional()
    .transform((value) => (typeof value === "string" ? value : JSON.stringify(value ?? {}))),
  info: record.optional(),
});
const agentHandoff = z.strictObject({
  ...base,
  type: z.literal("agent.handoff"),
  previous_agent_id: z.string(),
  previous_agent_name: z.string(),
  next_agent_id: z.string(),
  next_agent_name: z.string(),
});
const oldAgentHandoff = z
  .strictObject({ ...base, type: z.literal("agent.handoff"), agent_id: z.string(), agent_name: z.string() })
  .transform(({ agent_id, agent_name, ...rest }) => ({
    ...rest,
    previous_agent_id: "",
    previous_agent_name: "",
    next_agent_id: agent_id,
    next_agent_name: agent_name,
  }));

const known: Readonly<Record<string, z.ZodType<InputEntry>>> = {
  "message.input": messageInput,
  "message.output": messageOutput,
  "function.call": functionCall,
  "function.result": functionResult,
  "tool.execution": toolExecution,
  "agent.handoff": agentHandoff,
};
const unknownEntry = z.looseObject({ ...base, type: z.string().min(1) }) as unknown as z.ZodType<InputEntry>;

/**
 * Reads one entry of a request. Tolerant where Mistral's own documents differ: `type` may be left out where the fields
 * tell it (`{ role, content }` is a message), `object` may be `conversation.entry`, a handoff may have the old fields
 * `agent_id` and `agent_name` (the previous agent is then `""`), arguments may be text or an object. An entry of an
 * unknown type is kept whole. Foreign fields of known types are refused.
 */
export const inputEntrySchema: z.ZodType<InputEntry, EntryInput> = chosen<InputEntry>((value) => {
  if (!isRecord(value)) return undefined;
  const type = value["type"] ?? typeFromFields(value);
  if (type === "agent.handoff" && "agent_name" in value) return withType(oldAgentHandoff, type);
  if (typeof type !== "string") return unknownEntry;
  return withType(Object.hasOwn(known, type) ? (known[type] ?? unknownEntry) : unknownEntry, type);
}, "Expected an entry: an object with a type.") as unknown as z.ZodType<InputEntry, EntryInput>;

/** Gives an entry its id and the time it came, where the client gave none. */
export function stampEntry(entry: InputEntry, options: { readonly now?: Date } = {}): Entry {
  const { id, created_at, ...rest } = entry;
  return {
    ...rest,
    id: id ?? newId(prefixes[entry.type] ?? "msg"),
    created_at: created_at ?? (options.now ?? new Date()).toISOString(),
  } as Entry;
}

/** Whether an entry is one that `messages` lists. */
export function isMessageEntry(entry: Entry): entry is MessageEntry {
  return entry.type === "message.input" || entry.type === "message.output";
}

const prefixes: Readonly<Record<string, IdPrefix>> = {
  "message.input": "msg",
  "message.output": "msg",
  "function.call": "fc",
  "function.result": "fr",
  "tool.execution": "tool_exec",
  "agent.handoff": "handoff",
};

function typeFromFields(value: Readonly<Record<string, unknown>>): string | undefined {
  if ("tool_call_id" in value) return "result" in value ? "function.result" : "function.call";
  if ("next_agent_id" in value || "agent_name" in value) return "agent.handoff";
  if ("content" in value && "role" in value) return "agent_id" in value ? "message.output" : "message.input";
  return "name" in value && "arguments" in value ? "tool.execution" : undefined;
}

/** The schema for a value whose `type` may have been left out. */
function withType(schema: z.ZodType<InputEntry>, type: string): z.ZodType<InputEntry> {
  return chosen<InputEntry>(
    () => z.preprocess((value) => (isRecord(value) ? { ...value, type } : value), schema),
    "Expected an entry.",
  );
}
