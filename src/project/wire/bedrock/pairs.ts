import type { JsonObject, WireProblem } from "../problem.ts";
import type { Turn } from "./turn.ts";
import { dotted, fromModel, refusal, toolBlocks } from "./turn.ts";

/** B1: every call is answered in the next message, which is the user's. The message is that of the missing results. */
export function unanswered(turn: Turn, next: Turn | undefined): WireProblem[] {
  const answers = new Set(next?.role === "user" ? toolBlocks(next, "toolResult").map(({ id }) => id) : []);
  const open = toolBlocks(turn, "toolUse").filter(({ id }) => !answers.has(id));
  if (turn.role !== "assistant" || open.length === 0) return [];
  const path = `messages[${turn.index + 1}].content`;
  const ids = open.map(({ id }) => id).join(", ");
  return [refusal("B1", path, `Expected toolResult blocks at ${dotted(path)} for the following Ids: ${ids}`)];
}

/** B2: a message holds no more results than the one before it holds calls. */
export function surplus(turn: Turn, previous: Turn | undefined): WireProblem[] {
  const calls = previous?.role === "assistant" ? toolBlocks(previous, "toolUse").length : 0;
  if (toolBlocks(turn, "toolResult").length <= calls) return [];
  const path = `${turn.path}.content`;
  const message = `The number of toolResult blocks at ${dotted(path)} exceeds the number of toolUse blocks of previous turn`;
  return [refusal("B2", path, message)];
}

/** B3: a request whose messages hold calls or results has a `toolConfig`. */
export function undefinedTools(body: JsonObject, turns: readonly Turn[]): WireProblem[] {
  const used = turns.some((turn) => [...toolBlocks(turn, "toolUse"), ...toolBlocks(turn, "toolResult")].length > 0);
  if (!used || (body["toolConfig"] !== undefined && body["toolConfig"] !== null)) return [];
  const message = "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
  return [refusal("B3", "toolConfig", message)];
}

/** B18 (tool use guide of Claude, the strictest model): results come before anything else in their message. */
export function resultsFirst(turn: Turn): WireProblem[] {
  const blocks = turn.blocks.filter(({ value }) => value["cachePoint"] === undefined);
  const other = blocks.findIndex(({ value }) => value["toolResult"] === undefined);
  const late = other === -1 ? [] : toolBlocks({ ...turn, blocks: blocks.slice(other) }, "toolResult");
  if (late.length === 0 || turn.role !== "user") return [];
  const message =
    `messages.${Math.max(turn.index - 1, 0)}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${late.map(({ id }) => id).join(", ")}. ` +
    "Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
  return [fromModel("B18", `${turn.path}.content`, message)];
}
