import type { Context } from "hono";
import type { SwarmEvent } from "swarmgraph";
import { report } from "../http/errors.ts";
import { runSignal } from "../http/run-signal.ts";
import { textStream } from "../http/sse.ts";
import type { SwarmRoutesOptions } from "./options.ts";

/** How a run's events become an answer. */
export interface AnswerOptions extends SwarmRoutesOptions {
  readonly type?: string;
}

/** A signal for one run of a request; whoever gives it away calls `end` once the run has ended. */
export type RunOf = (signal: AbortSignal) => AsyncIterable<SwarmEvent>;

/**
 * Answers with a run's events, written as texts. A client that leaves ends the run. An error behind the first event is
 * among the events already, so that the stream just ends.
 */
export async function answerStream(
  context: Context,
  run: RunOf,
  write: (events: AsyncIterable<SwarmEvent>) => AsyncIterable<string>,
  { stop, onFailure, type }: AnswerOptions,
): Promise<Response> {
  const { signal, leave, end } = runSignal(context.req.raw.signal, stop);
  return textStream(untilEnd(write(run(signal)), end), {
    onCancel: leave,
    onError: (error) => report(context, error, onFailure),
    ...(type !== undefined && { type }),
  });
}

async function* untilEnd(texts: AsyncIterable<string>, end: () => void): AsyncGenerator<string, void> {
  try {
    yield* texts;
  } finally {
    end();
  }
}
