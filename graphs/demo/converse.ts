import type { RunSignal, Session } from "swarmgraph";
import type { Painter } from "./painter.ts";

/** Options of {@link converse}. */
export interface ConverseOptions {
  readonly question: string;
  readonly paint: Painter;
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The part of a session that a turn needs. */
type Conversation = Pick<Session, "stream">;

/** Asks one question and prints the path, the tool calls and the answer. Resolves to whether there was one. */
export async function converse(session: Conversation, options: ConverseOptions): Promise<boolean> {
  const { question, paint, print, signal } = options;
  try {
    const turn = session.stream(question, { signal });
    let next = await turn.next();
    for (; next.done !== true; next = await turn.next()) {
      const line = lineOf(next.value, paint);
      if (line !== undefined) print(`  ${line}`);
    }
    const { lastAgent, output, outcome } = next.value;
    print(`${paint.agent(lastAgent)}: ${String(output)}`);
    if (outcome.kind === "limit") print(paint.error(`  ended by ${outcome.limit}`));
    print(paint.dim(`  path: ${outcome.path.join(" → ")}`));
    return true;
  } catch (error) {
    print(paint.error(error instanceof Error ? error.message : String(error)));
    return false;
  }
}

/** What is shown of an event while the turn runs; `undefined` for what the answer shows anyway. */
function lineOf(event: RunSignal, paint: Painter): string | undefined {
  switch (event.type) {
    case "handoff.done": {
      const why = event.reason === undefined ? "" : paint.dim(`   ${event.reason}`);
      return `${paint.agent(event.from)} → ${paint.agent(event.to)}${why}`;
    }
    case "handoff.refused":
    case "handoff.dropped":
      return paint.error(`${event.from} → ${event.to} ${event.type.slice(8)}: ${event.reason ?? event.code}`);
    case "tool.started":
      return `${paint.agent(event.agent)} ${paint.dim(`calls ${event.tool}(${JSON.stringify(event.args)})`)}`;
    case "tool.error":
      return paint.error(`${event.tool}: ${event.result}`);
    default:
      return undefined;
  }
}
