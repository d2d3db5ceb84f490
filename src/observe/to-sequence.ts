import { mapEvents } from "./mapper.ts";
import type { EventMapper, Events, Mapped } from "./mapper.ts";
import { oneLine } from "./terminal-text.ts";

/** Options of {@link toSequence}. */
export interface SequenceOptions {
  /** Characters of a label. Default 60. */
  readonly labelWidth?: number | undefined;
}

/**
 * Events as the lines of a Mermaid sequence diagram: the user, each agent in the order of their coming, and who said what.
 * Applied by {@link toSequence}.
 */
export function sequenceMapper({ labelWidth = 60 }: SequenceOptions = {}): EventMapper<string> {
  const ids = new Map<string, string>();
  let isBegun = false;
  let current: string | undefined;
  let hasSpoken = false;
  const label = (text: string) => escape(oneLine(text, labelWidth)) || "...";
  const begin = (): string[] => {
    if (isBegun) return [];
    isBegun = true;
    return ["sequenceDiagram", "  actor user as User"];
  };
  const meet = (...names: readonly (string | undefined)[]): string[] =>
    names.flatMap((name = "") => {
      if (ids.has(name)) return [];
      const id = `a${ids.size}`;
      ids.set(name, id);
      return [`  participant ${id} as ${label(name)}`];
    });
  /** An agent's name, or nothing for the user. */
  const idOf = (agent: string | undefined) => (agent === undefined ? "user" : (ids.get(agent) ?? "user"));
  const arrow = (from: string | undefined, sign: string, to: string | undefined, text: string) =>
    `  ${idOf(from)}${sign}${idOf(to)}: ${label(text)}`;
  const note = (agent: string | undefined, text: string) => {
    const about = agent ?? current;
    return [...(about === undefined ? [] : meet(about)), `  Note over ${idOf(about)}: ${label(text)}`];
  };
  let question: string | undefined;
  return {
    push(event) {
      switch (event.type) {
        case "run.started":
          question = event.input;
          current = undefined;
          hasSpoken = false;
          return begin();
        case "agent.started": {
          const { agent = "" } = event;
          const met = meet(agent);
          const asked = question === undefined ? [] : [arrow(undefined, "->>", agent, question)];
          question = undefined;
          current = agent;
          return [...begin(), ...met, ...asked];
        }
        case "message.done":
          if (event.text.trim() === "") return [];
          hasSpoken = true;
          return [arrow(event.agent, "-->>", undefined, event.text)];
        case "tool.done":
          return note(event.agent, `${event.tool}: ${event.result}`);
        case "tool.error":
          return note(event.agent, `${event.tool} failed: ${event.result}`);
        case "tool.answered":
          return note(event.agent, `${event.tool} ${event.isError ? "did not run" : "was answered"}: ${event.result}`);
        case "handoff.done":
          return [...meet(event.from, event.to), arrow(event.from, "->>", event.to, event.reason ?? "handoff")];
        case "handoff.returned":
          return [...meet(event.from, event.to), arrow(event.from, "-->>", event.to, "answered")];
        case "handoff.refused":
        case "handoff.dropped":
          return [...meet(event.from, event.to), arrow(event.from, "-x", event.to, event.code)];
        case "approval.requested":
          return note(
            event.agent,
            `${event.name} waits for ${event.needs === "result" ? "its result" : "an approval"}`,
          );
        case "approval.settled":
          return note(event.agent, event.decision);
        case "human.requested":
          return note(event.agent, `${event.name} is asked`);
        case "limit.reached":
          return note(event.agent, `limit: ${event.limit}`);
        case "guardrail.tripped":
          return note(event.agent, `guardrail ${event.guardrail}: ${event.reason}`);
        case "run.done":
          return hasSpoken || typeof event.output !== "string" || event.output.trim() === ""
            ? []
            : [arrow(event.lastAgent, "-->>", undefined, event.output)];
        case "run.error":
          return note(event.agent, `${event.code}: ${event.message}`);
        default:
          return [];
      }
    },
    end: begin,
  };
}

/**
 * A run's events as the lines of a Mermaid sequence diagram: what happened, where `toMermaid` draws what may happen.
 *
 * @example
 * ```ts
 * import { toSequence } from "swarmgraph";
 *
 * toSequence([]).join("\n"); // "sequenceDiagram\n  actor user as User"
 * ```
 */
export function toSequence<E extends Events>(events: E, options?: SequenceOptions): Mapped<E, string> {
  return mapEvents(events, sequenceMapper(options));
}

/** Mermaid ends a statement at `;`, begins a code at `#`, and reads `<` as its own. */
function escape(text: string): string {
  return text.replace(/[#;<>"{}]/g, (character) => `#${character.charCodeAt(0)};`);
}
