import { messageProblems } from "./mistral/message.ts";
import { orderProblems } from "./mistral/order.ts";
import { schemaProblem } from "./mistral/problems.ts";
import { bodyProblems, toolProblems } from "./mistral/tools.ts";
import { objectOf } from "./problem.ts";
import type { WireProblem, WireValidator } from "./problem.ts";

/**
 * Finds what Mistral's chat completions would refuse in a request's body (`POST /v1/chat/completions`): rules M1 to M19.
 * First the body's own fields, then each message by itself, then the messages as a sequence, then the tools. Where
 * Mistral answers 422 with a list of details, each detail is a problem of its own.
 */
export const validateMistral: WireValidator = (body) => {
  const request = objectOf(body);
  return [...bodyProblems(request), ...allMessages(request["messages"]), ...toolProblems(request["tools"])];
};

/** M17: a request has a list of messages, and each is an object. */
function allMessages(messages: unknown): WireProblem[] {
  if (!Array.isArray(messages)) {
    const message = messages === undefined ? "Field required" : "Input should be a valid list";
    return [schemaProblem({ rule: "M17", path: "messages", message })];
  }
  const list = messages.map(objectOf);
  return [...list.flatMap((message, index) => messageProblems(message, `messages[${index}]`)), ...orderProblems(list)];
}
