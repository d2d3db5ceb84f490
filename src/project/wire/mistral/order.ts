import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { orderProblem, requestProblem } from "./problems.ts";

/** Which roles may follow a role: the table of Mistral's published request validator (mistral-common). */
const MAY_FOLLOW: Readonly<Record<string, readonly string[]>> = {
  system: ["user", "assistant", "system"],
  user: ["assistant", "system", "user"],
  assistant: ["assistant", "user", "tool"],
  tool: ["assistant", "tool"],
};

/** The problems of the messages as a sequence, in the order of the body. */
export function orderProblems(messages: readonly JsonObject[]): WireProblem[] {
  return [
    ...tooFew(messages),
    ...messages.flatMap((message, index) => [
      ...outOfOrder(message, messages[index - 1], index),
      ...miscounted(messages, index),
      ...misanswered(messages, index),
      ...earlyPrefix(message, index, messages.length),
    ]),
    ...wrongEnd(messages),
  ];
}

/**
 * M7: a conversation has a message, and starts with a user, a system or, where more follows, an assistant message. From
 * mistral-common's list checks; that no result may come first is inferred.
 */
function tooFew(messages: readonly JsonObject[]): WireProblem[] {
  const [first] = messages;
  if (first === undefined) {
    return [orderProblem({ rule: "M7", path: "messages", message: "Conversation must have at least one message" })];
  }
  const { role } = first;
  if (role !== "tool" && (role !== "assistant" || messages.length > 1)) return [];
  const message = "Conversation must start with a user message or system message";
  return [orderProblem({ rule: "M7", path: "messages[0].role", message })];
}

/**
 * M1: no user message directly after a result. M2: a result only after a call or another result. M8: no system message
 * after an assistant's or a tool's, from mistral-common's table of roles.
 */
function outOfOrder(message: JsonObject, before: JsonObject | undefined, index: number): WireProblem[] {
  const [role, earlier] = [textOf(message["role"]), textOf(before?.["role"])];
  const allowed = Object.hasOwn(MAY_FOLLOW, earlier) ? MAY_FOLLOW[earlier] : undefined;
  if (allowed === undefined || allowed.includes(role) || !Object.hasOwn(MAY_FOLLOW, role)) return [];
  const rule = role === "tool" ? "M2" : role === "user" ? "M1" : "M8";
  const text = `Unexpected role '${role}' after role '${earlier}'`;
  return [orderProblem({ rule, path: `messages[${index}].role`, message: text })];
}

/** M3: an assistant message is followed directly by as many results as it has calls. */
function miscounted(messages: readonly JsonObject[], index: number): WireProblem[] {
  const message = messages[index];
  if (message?.["role"] !== "assistant") return [];
  const calls = listOf(message["tool_calls"]).length;
  if (resultsAfter(messages, index).length === calls) return [];
  const text = "Not the same number of function calls and responses";
  return [orderProblem({ rule: "M3", path: `messages[${index}].tool_calls`, message: text })];
}

/**
 * M9: a call has an id of its own, and a result answers a call of the assistant message before it, once. From
 * mistral-common's validator for the newer tokenizers.
 */
function misanswered(messages: readonly JsonObject[], index: number): WireProblem[] {
  const message = messages[index];
  if (message?.["role"] !== "assistant") return [];
  const calls = listOf(message["tool_calls"]).map((call) => objectOf(call)["id"]);
  const twice = calls.flatMap((id, at) => {
    if (calls.indexOf(id) === at) return [];
    const path = `messages[${index}].tool_calls[${at}].id`;
    return [requestProblem({ rule: "M9", path, message: "Duplicate tool call id in assistant message" })];
  });
  const results = resultsAfter(messages, index).map((result) => result["tool_call_id"]);
  const strangers = results.flatMap((id, at) => {
    if (typeof id !== "string" || (calls.includes(id) && results.indexOf(id) === at)) return [];
    const path = `messages[${index + 1 + at}].tool_call_id`;
    return [orderProblem({ rule: "M9", path, message: `Unexpected tool call id ${id} in tool results` })];
  });
  return [...twice, ...strangers];
}

/** M10: a prefix, which the model is to continue, is the last message. From mistral-common. */
function earlyPrefix(message: JsonObject, index: number, count: number): WireProblem[] {
  if (message["role"] !== "assistant" || message["prefix"] !== true || index === count - 1) return [];
  const text = "Assistant message with prefix True must be last message";
  return [requestProblem({ rule: "M10", path: `messages[${index}].prefix`, message: text })];
}

/** M4: the last message is a user's or a result; a lone system message will do. */
function wrongEnd(messages: readonly JsonObject[]): WireProblem[] {
  const last = messages.at(-1);
  const isBad = last?.["role"] === "assistant" ? last["prefix"] !== true : last?.["role"] === "system";
  if (!isBad || messages.length === 1) return [];
  const message = `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${textOf(last?.["role"])}`;
  return [orderProblem({ rule: "M4", path: `messages[${messages.length - 1}].role`, message })];
}

/** The results that stand directly behind a message. */
function resultsAfter(messages: readonly JsonObject[], index: number): readonly JsonObject[] {
  const rest = messages.slice(index + 1);
  const end = rest.findIndex(({ role }) => role !== "tool");
  return end === -1 ? rest : rest.slice(0, end);
}
