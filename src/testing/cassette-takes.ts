import { AIMessage } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import type { SwarmEvent, SwarmEventOf } from "../observe/events.ts";
import { ScriptedError } from "./script.ts";
import type { ScriptedStep } from "./script.ts";

/** One model call of a recording: what was asked, and what came. */
export interface Take {
  readonly hash: string;
  readonly prompt: readonly string[];
  readonly isError: boolean;
  readonly step: Extract<ScriptedStep, { kind: "raw" | "fail" }>;
}

/** A recording's model calls by agent, in order. Calls that never ended are left out. */
export function takesOf(events: Iterable<SwarmEvent>): ReadonlyMap<string, Take[]> {
  const takes = new Map<string, Take[]>();
  const asked = new Map<string, SwarmEventOf<"model.started">>();
  const list = [...events];
  for (const [index, event] of list.entries()) {
    if (event.type === "model.started") asked.set(event.call, event);
    if (event.type !== "model.done" && event.type !== "model.error") continue;
    const started = asked.get(event.call);
    if (started === undefined) continue;
    const { agent = "", hash, prompt } = started;
    const take: Take =
      event.type === "model.error"
        ? { hash, prompt, isError: true, step: { kind: "fail", error: new ScriptedError(event.message) } }
        : { hash, prompt, isError: false, step: { kind: "raw", message: messageOf(event, list[index + 1]) } };
    takes.set(agent, [...(takes.get(agent) ?? []), take]);
  }
  return takes;
}

function messageOf({ text, calls, agent }: SwarmEventOf<"model.done">, next: SwarmEvent | undefined): AIMessage {
  const usage = next?.type === "usage" && next.agent === agent ? next.tokens : undefined;
  const fields = {
    content: text,
    tool_calls: calls.flatMap((call) => ("args" in call ? [{ ...call, type: "tool_call" }] : [])),
    invalid_tool_calls: calls.flatMap((call) =>
      "rawArgs" in call
        ? [{ id: call.id, name: call.name, args: call.rawArgs, error: "Malformed args.", type: "invalid_tool_call" }]
        : [],
    ),
    ...(usage && {
      usage_metadata: { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.total },
    }),
  };
  return new AIMessage(fields as unknown as AIMessageFields);
}
