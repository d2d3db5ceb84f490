import { objectOf, textOf } from "../problem.ts";
import type { WireProblem } from "../problem.ts";
import { report } from "../openai/report.ts";
import { callIdsOf } from "./calls.ts";
import type { MessageAt } from "./message.ts";

/** A message among the others. */
export interface Turn extends MessageAt {
  readonly messages: readonly unknown[];
}

/** Rule O1: every call of an assistant's message is answered by the tool messages directly after it. */
export function checkAnswered({ message, index, path, messages }: Turn): WireProblem[] {
  const ids = new Set(callIdsOf(message));
  for (let next = index + 1; ids.size > 0 && roleAt(messages, next) === "tool"; next += 1) {
    ids.delete(answerAt(messages, next));
  }
  if (ids.size === 0) return [];
  const text = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...ids].join(", ")}`;
  return [report("O1", path, text, { param: `messages.[${index + 1}].role` })];
}

/**
 * Rules O2 and O15: a tool message follows the assistant's message with the call that it answers, other answers only
 * between them, and is the only answer to it (O15: agno#5116, opencode#1211).
 */
export function checkAnswers({ message, index, path, messages }: Turn): WireProblem[] {
  if (message["role"] !== "tool") return [];
  let asked = index - 1;
  while (roleAt(messages, asked) === "tool") asked -= 1;
  const calls = callIdsOf(objectOf(messages[asked]));
  if (calls.length === 0) {
    const text =
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
    return [report("O2", path, text, { param: `messages.[${index}].role` })];
  }
  const id = textOf(message["tool_call_id"]);
  if (id === "") return [];
  const param = `messages.[${index}].tool_call_id`;
  if (!calls.includes(id)) {
    const text = `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`;
    return [report("O15", `${path}.tool_call_id`, text, { param })];
  }
  for (let earlier = asked + 1; earlier < index; earlier += 1) {
    if (answerAt(messages, earlier) !== id) continue;
    const text = `Invalid parameter: Duplicate value for 'tool_call_id' of '${id}', in messages[${earlier}] and messages[${index}].`;
    return [report("O15", `${path}.tool_call_id`, text, { param })];
  }
  return [];
}

/** Rule O15 (inferred for calls): the calls of one message have ids of their own. */
export function checkCallIds({ message, path }: MessageAt): WireProblem[] {
  const ids = callIdsOf(message);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) =>
    report("O15", `${path}.tool_calls`, `Invalid parameter: Duplicate value for 'tool_calls' id '${id}'.`),
  );
}

function roleAt(messages: readonly unknown[], index: number): unknown {
  return objectOf(messages[index])["role"];
}

function answerAt(messages: readonly unknown[], index: number): string {
  return textOf(objectOf(messages[index])["tool_call_id"]);
}
