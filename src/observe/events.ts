import type { HandoffCode, LimitKind } from "../types.ts";

/** What a run says of itself, in LangGraph's `custom` stream and in `Session.stream`. */
export type SwarmEvent =
  | { readonly type: "agent.started"; readonly agent: string; readonly turn: number }
  | {
      readonly type: "handoff.done";
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly callId: string;
      readonly input?: unknown;
      readonly reason?: string | undefined;
    }
  | {
      readonly type: "handoff.refused" | "handoff.dropped";
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly callId: string;
      readonly code: HandoffCode;
      readonly reason?: string | undefined;
    }
  | { readonly type: "handoff.returned"; readonly id: string; readonly from: string; readonly to: string }
  | {
      readonly type: "tool.started";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly args: unknown;
    }
  | {
      readonly type: "tool.done" | "tool.error";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly result: string;
    }
  | {
      readonly type: "tool.progress";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly data: unknown;
    }
  | { readonly type: "message.done"; readonly agent: string; readonly id: string; readonly text: string }
  | {
      readonly type: "limit.reached";
      readonly agent: string;
      readonly limit: LimitKind;
      readonly path: readonly string[];
    };

/** Whether a chunk of a `custom` stream is one of ours. */
export function isSwarmEvent(chunk: unknown): chunk is SwarmEvent {
  if (typeof chunk !== "object" || chunk === null || !("type" in chunk)) return false;
  return typeof chunk.type === "string" && /^(agent|handoff|tool|message|limit)\./.test(chunk.type);
}
