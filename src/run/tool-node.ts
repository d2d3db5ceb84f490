import { Command } from "@langchain/langgraph";
import { callsOf, lastAssistant } from "../define/calls.ts";
import { SwarmError } from "../errors.ts";
import { verdictsOf } from "../route/route-handoffs.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { runToolCall } from "./tool-call.ts";

/** What one tool writes of the state. */
type ToolUpdate = Record<string, unknown>;

/** What the node needs to know of the state's channels. */
export interface ToolNodeOptions {
  /** Whether a channel combines several writes of one step. */
  readonly hasReducer: (channel: string) => boolean;
}

/**
 * Runs all regular calls of the last assistant message in parallel, and answers them in call order. One that fails does
 * not touch the others.
 *
 * @throws SwarmError `NO_TOOL_CALLS` where there is nothing to run.
 */
export function toolNode(
  runtime: AgentRuntime,
  { hasReducer }: ToolNodeOptions,
): (state: NodeState, config: NodeConfig) => Promise<ToolUpdate | Command[]> {
  const { agent, definition } = runtime;
  return async (state, config) => {
    const last = lastAssistant(state.messages);
    const verdicts = verdictsOf(last?.message, state.handoffs);
    const calls = callsOf(last?.message).filter(({ id }) => !verdicts.has(id ?? "") && !last?.answered.has(id ?? ""));
    if (calls.length === 0) {
      throw new SwarmError(
        "NO_TOOL_CALLS",
        `the tools of agent "${agent.name}" were entered, but its last message has no open tool call.`,
        { agent: agent.name },
      );
    }
    const outcomes = await Promise.all(calls.map((call) => runToolCall(call, runtime, state, config)));
    const { combined, conflicts } = combine(
      outcomes.map(({ update }) => update),
      hasReducer,
    );
    for (const channel of conflicts) {
      definition.options.onDiagnostic?.({
        code: "STATE_CONFLICT",
        severity: "warning",
        path: `state.${channel}`,
        message: `two tools of agent "${agent.name}" wrote "${channel}" in one step, and it has no reducer; the last call counts.`,
        hint: "Give the channel a reducer.",
      });
    }
    const messages = { messages: outcomes.map(({ message }) => message) };
    return combined.length === 0 ? messages : [messages, ...combined].map((update) => new Command({ update }));
  };
}

/** Several tools' updates as ones that LangGraph takes in one step: without a reducer the last call counts. */
function combine(
  updates: readonly Readonly<Record<string, unknown>>[],
  hasReducer: (channel: string) => boolean,
): { combined: ToolUpdate[]; conflicts: ReadonlySet<string> } {
  const last: ToolUpdate = {};
  const combined: ToolUpdate[] = [];
  const conflicts = new Set<string>();
  for (const update of updates) {
    const reduced: ToolUpdate = {};
    for (const [channel, value] of Object.entries(update)) {
      if (hasReducer(channel)) reduced[channel] = value;
      else {
        if (Object.hasOwn(last, channel)) conflicts.add(channel);
        last[channel] = value;
      }
    }
    if (Object.keys(reduced).length > 0) combined.push(reduced);
  }
  return { combined: Object.keys(last).length > 0 ? [...combined, last] : combined, conflicts };
}
