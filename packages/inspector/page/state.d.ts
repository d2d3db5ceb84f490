import type { RecordingHeader, SwarmEvent } from "swarmgraph";
import type { ChatItem } from "./chat-state.js";

/** What has happened on one edge in this turn. */
export interface EdgeView {
  readonly from: string;
  readonly to: string;
  readonly taken: number;
  readonly refused: number;
  readonly last: "taken" | "refused";
}

/** What the page shows of a run. */
export interface View {
  readonly status: "idle" | "running" | "waiting" | "done" | "stopped" | "failed";
  readonly agents: readonly string[];
  readonly statuses: Readonly<Record<string, "idle" | "working" | "waiting" | "done" | "failed">>;
  readonly active: string | undefined;
  readonly visited: readonly string[];
  readonly edges: Readonly<Record<string, EdgeView>>;
  readonly chat: readonly ChatItem[];
  readonly timeline: {
    readonly now: number;
    readonly spans: readonly {
      readonly kind: "agent" | "model" | "tool";
      readonly agent: string;
      readonly label: string;
      readonly start: number;
      readonly end: number | undefined;
      readonly isError?: boolean;
    }[];
    readonly hops: readonly { readonly from: string; readonly to: string; readonly status: string }[];
  };
  readonly tokens: readonly {
    readonly agent: string;
    readonly model: string;
    readonly calls: number;
    readonly input: number;
    readonly output: number;
    readonly total: number;
  }[];
  readonly checkpoints: readonly { readonly id: string; readonly step: number; readonly next: readonly string[] }[];
  readonly interrupts: readonly { readonly id?: string; readonly value: unknown }[];
  readonly values: unknown;
  readonly handoffs: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  readonly said: string;
}

export function initialView(header?: Partial<RecordingHeader>): View;
export function reduce(view: View, event: SwarmEvent): View;
export function reduceAll(view: View, events: readonly SwarmEvent[]): View;
export function cutOff(view: View): View;
export function edgeKey(from: string, to: string): string;
