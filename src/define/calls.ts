/** One tool call of an assistant message, whichever shape it came in. */
export interface CallView {
  readonly id: string | undefined;
  readonly name: string;
  /** The parsed arguments; `{}` where they were malformed. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Why the arguments could not be parsed, where they could not. */
  readonly malformed?: string | undefined;
}

/**
 * The tool calls of a message in call order, the malformed ones (`invalid_tool_calls`) after the others. Reads LangChain
 * messages, and messages with OpenAI's `{ function: { name, arguments } }` calls. Pure; never throws on model output.
 */
export function callsOf(message: unknown): CallView[] {
  if (typeof message !== "object" || message === null) return [];
  const { tool_calls: calls, invalid_tool_calls: invalid } = message as Record<string, unknown>;
  const valid = listOf(calls).map(viewOf);
  const views = listOf(invalid).length === 0 ? valid : valid.concat(listOf(invalid).map(invalidView));
  return views.includes(undefined) ? views.filter((call) => call !== undefined) : (views as CallView[]);
}

/** Whether a message is the assistant's, in LangChain's or OpenAI's shape. */
export function isAssistant(message: unknown): boolean {
  if (typeof message !== "object" || message === null) return false;
  const { type, role } = message as { type?: unknown; role?: unknown };
  return type === "ai" || role === "assistant";
}

/** The last assistant message and the tool messages after it. `undefined` where something else came last. */
export function lastAssistant(
  messages: readonly unknown[],
): { message: unknown; answered: ReadonlySet<string> } | undefined {
  let answered: Set<string> | undefined;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (isAssistant(message)) return { message, answered: answered ?? NONE };
    const id =
      typeof message === "object" && message !== null
        ? (message as { tool_call_id?: unknown }).tool_call_id
        : undefined;
    if (typeof id !== "string") return undefined;
    (answered ??= new Set()).add(id);
  }
  return undefined;
}

const NONE: ReadonlySet<string> = new Set();

function viewOf(call: unknown): CallView | undefined {
  if (typeof call !== "object" || call === null) return undefined;
  const { id, name, args, function: inner } = call as Record<string, unknown>;
  const callId = typeof id === "string" && id !== "" ? id : undefined;
  if (typeof inner === "object" && inner !== null) {
    const { name: innerName, arguments: text } = inner as Record<string, unknown>;
    return typeof innerName === "string" ? { id: callId, name: innerName, ...parseArguments(text) } : undefined;
  }
  return typeof name === "string" ? { id: callId, name, args: isRecord(args) ? args : {} } : undefined;
}

function invalidView(call: unknown): CallView | undefined {
  if (typeof call !== "object" || call === null) return undefined;
  const { id, name, error } = call as Record<string, unknown>;
  if (typeof name !== "string") return undefined;
  return {
    id: typeof id === "string" && id !== "" ? id : undefined,
    name,
    args: {},
    malformed: typeof error === "string" && error !== "" ? error : "the arguments are not a JSON object",
  };
}

function parseArguments(text: unknown): Pick<CallView, "args" | "malformed"> {
  if (isRecord(text)) return { args: text };
  if (typeof text !== "string" || text.trim() === "") return { args: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { args: value } : { args: {}, malformed: "the arguments are not a JSON object" };
  } catch (cause) {
    return { args: {}, malformed: (cause as SyntaxError).message };
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
