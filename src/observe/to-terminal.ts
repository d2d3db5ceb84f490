import type { SwarmEvent, SwarmEventOf } from "./events.ts";
import { mapEvents } from "./mapper.ts";
import type { EventMapper, Events, Mapped } from "./mapper.ts";
import { oneLine, painter, printable, wrap } from "./terminal-text.ts";

/** Options of {@link toTerminal}. */
export interface TerminalOptions {
  /** Whether ANSI colours are used. Default: false. */
  readonly color?: boolean | undefined;
  /** Columns. Default 80. */
  readonly width?: number | undefined;
}

/**
 * Events as lines for a terminal, each within the width: who acts, what they say, their tools, the handoffs with their
 * reasons, and how it ended. Control characters in texts are left out, so that no model can steer the terminal.
 * Applied by {@link toTerminal}.
 */
export function terminalMapper({ color = false, width = 80 }: TerminalOptions = {}): EventMapper<string> {
  const paint = painter(color);
  const line = (text: string, style: Parameters<typeof paint>[0] = "plain") => [paint(style, oneLine(text, width))];
  const name = (agent: string | undefined) => paint("agent", oneLine(agent ?? "", width));
  const hop = (event: { from: string; to: string }, sign: string, why = "") =>
    line(`${event.from} ${sign} ${event.to}${why === "" ? "" : `: ${why}`}`, sign === "→" ? "hop" : "bad");
  return {
    push(event) {
      switch (event.type) {
        case "run.started":
          return event.input === undefined ? [] : wrap(`> ${event.input}`, width).map((text) => paint("dim", text));
        case "agent.started":
          return [name(event.agent)];
        case "message.done":
          return wrap(event.text, width - 2).map((text) => `  ${text}`);
        case "tool.started":
          return line(`  ${event.tool}(${JSON.stringify(event.args ?? {})})`, "dim");
        case "tool.done":
        case "tool.error":
        case "tool.answered":
          return line(...resultRow(event));
        case "handoff.done":
          return hop(event, "→", event.reason);
        case "handoff.returned":
          return hop(event, "→", "answered");
        case "handoff.refused":
        case "handoff.dropped":
          return hop(event, "✗", event.reason ?? event.code);
        case "approval.requested":
          return line(`  ? ${event.name} waits for ${event.needs === "result" ? "its result" : "an approval"}`, "hop");
        case "approval.settled":
          return line(`  ${event.decision}${event.reason === undefined ? "" : `: ${event.reason}`}`, "dim");
        case "human.requested":
          return line(`  ? ${event.name} is asked${asked(event)}`, "hop");
        case "limit.reached":
          return line(`  limit: ${event.limit}`, "bad");
        case "guardrail.tripped":
          return line(`  guardrail "${event.guardrail}" (${event.stage}): ${event.reason}`, "bad");
        case "run.done":
          return line(summary(event), "dim");
        case "run.interrupted":
          return line("stopped: waits for an answer", "hop");
        case "run.error":
          return wrap(`${event.code}: ${event.message}`, width).map((text) => paint("bad", text));
        default:
          return [];
      }
    },
    end: () => [],
  };
}

/**
 * A run's events as lines for a terminal.
 *
 * @example
 * ```ts
 * import { toTerminal } from "swarmgraph";
 *
 * toTerminal([], { color: true, width: 100 }).join("\n");
 * ```
 */
export function toTerminal<E extends Events>(events: E, options?: TerminalOptions): Mapped<E, string> {
  return mapEvents(events, terminalMapper(options));
}

function resultRow(event: SwarmEventOf<"tool.done" | "tool.error" | "tool.answered">): [string, "dim" | "bad"] {
  const isBad = event.type === "tool.error" || (event.type === "tool.answered" && event.isError);
  return [`  ${isBad ? "!" : "="} ${printable(event.result)}`, isBad ? "bad" : "dim"];
}

function asked({ problem, handoff }: SwarmEventOf<"human.requested">): string {
  const why = problem ?? handoff?.reason;
  return why === undefined ? "" : `: ${why}`;
}

function summary({ outcome, tokens, turn }: SwarmEvent & { readonly type: "run.done" }): string {
  const path = outcome?.path.join(" → ") ?? "";
  return [path, `${turn} model call${turn === 1 ? "" : "s"}`, `${tokens.total} tokens`].filter(Boolean).join(" · ");
}
