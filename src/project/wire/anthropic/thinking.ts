import type { JsonObject, WireProblem } from "../problem.ts";
import { objectOf, textOf } from "../problem.ts";
import { texts } from "./blocks.ts";
import type { Turn } from "./turn.ts";
import { blocksOfType, dotted, refusal } from "./turn.ts";

/** What a signature reads where there was none to send. */
const NO_SIGNATURE = new Set(["", "undefined", "null"]);

/** Types of the blocks that a model's thoughts come in. */
const THOUGHTS = new Set(["thinking", "redacted_thinking"]);

/**
 * A16 (extended thinking guide): a thought carries the signature that the API gave it, and is not the last block. That a
 * signature is genuine only the API can tell.
 */
export function thoughts(turn: Turn): WireProblem[] {
  const unsigned = blocksOfType(turn, "thinking").flatMap((block) => {
    const missing = texts("A16", block, ["thinking", "signature"]);
    if (missing.length > 0 || !NO_SIGNATURE.has(textOf(block.value["signature"]))) return missing;
    const message = `${dotted(block.path)}: Invalid \`signature\` in \`thinking\` block`;
    return [refusal("A16", `${block.path}.signature`, message)];
  });
  const sealed = blocksOfType(turn, "redacted_thinking").flatMap((block) => texts("A16", block, ["data"]));
  const last = turn.blocks.at(-1);
  if (last?.type !== "thinking" || turn.role !== "assistant") return [...unsigned, ...sealed];
  const message = `${dotted(turn.path)}: The final block in an assistant message cannot be \`thinking\`.`;
  return [...unsigned, ...sealed, refusal("A16", last.path, message)];
}

/** A16 (extended thinking guide): while thinking is on, the assistant's last message with calls begins with a thought. */
export function thinkingFirst(body: JsonObject, turns: readonly Turn[]): WireProblem[] {
  const last = turns.findLast(({ role }) => role === "assistant");
  const first = last?.blocks[0];
  if (objectOf(body["thinking"])["type"] !== "enabled" || first === undefined || THOUGHTS.has(first.type)) return [];
  if (blocksOfType(last, "tool_use").length === 0) return [];
  const path = `${first.path}.type`;
  const message =
    `${dotted(path)}: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. ` +
    "When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). " +
    "We recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`.";
  return [refusal("A16", path, message)];
}
