import type { WireProblem } from "../problem.ts";
import { textOf } from "../problem.ts";
import type { Turn } from "./turn.ts";
import { blocksOfType, dotted, refusal } from "./turn.ts";

/**
 * A1: every call is answered at the head of the next message, which is the user's. The cautious side: messages of one
 * role are not merged before looking, and a result behind another block does not count (tool use guide).
 */
export function unanswered(turn: Turn, next: Turn | undefined): WireProblem[] {
  const answers = new Set(next?.role === "user" ? leadingResults(next) : []);
  const open = blocksOfType(turn, "tool_use")
    .map(({ value }) => textOf(value["id"]))
    .filter((id) => !answers.has(id));
  if (turn.role !== "assistant" || open.length === 0) return [];
  const message =
    `${dotted(turn.path)}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. ` +
    "Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
  return [refusal("A1", turn.path, message)];
}

/** A2: every result answers a call of the message before it. */
export function orphans(turn: Turn, previous: Turn | undefined): WireProblem[] {
  const calls = new Set(blocksOfType(previous, "tool_use").map(({ value }) => textOf(value["id"])));
  return blocksOfType(turn, "tool_result")
    .map(({ path, value }) => ({ path, id: textOf(value["tool_use_id"]) }))
    .filter(({ id }) => previous?.role !== "assistant" || !calls.has(id))
    .map(({ path, id }) =>
      refusal(
        "A2",
        path,
        `${dotted(path)}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
          "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
      ),
    );
}

function leadingResults({ blocks }: Turn): string[] {
  const end = blocks.findIndex(({ type }) => type !== "tool_result");
  return blocks.slice(0, end === -1 ? blocks.length : end).map(({ value }) => textOf(value["tool_use_id"]));
}
