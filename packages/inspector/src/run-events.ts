import { Command } from "@langchain/langgraph";
import { swarmEvents } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import type { InspectableGraph, ResolvedOptions } from "./options.ts";
import { eventStream } from "./event-stream.ts";
import { readObject, toRunRequest } from "./run-request.ts";
import type { RunRequest } from "./run-request.ts";

/**
 * Runs a turn and answers with its events over SSE, each as `data: <event as JSON>`. They are read as fast as the client
 * reads; a client that leaves aborts the run.
 */
export async function runEvents(
  graph: InspectableGraph,
  request: Request,
  options: Pick<ResolvedOptions, "feed" | "maxBodyBytes" | "run">,
): Promise<Response> {
  const asked = toRunRequest(await readObject(request, options.maxBodyBytes));
  const config = (await options.run?.(request)) ?? {};
  const thread = asked.threadId === undefined ? {} : { thread_id: asked.threadId };
  const left = new AbortController();
  const run = swarmEvents<InspectableGraph>(graph, inputOf(asked) as never, {
    ...config,
    signal: config.signal === undefined ? left.signal : AbortSignal.any([config.signal, left.signal]),
    configurable: { ...config.configurable, ...thread },
    publish: [...(config.publish ?? []), options.feed.publish],
  });
  // A run that waits for a model would go on until it says something.
  return eventStream(framesOf(run), () => left.abort());
}

function inputOf({ input, resume }: RunRequest): unknown {
  if (resume !== undefined) return new Command({ resume: resume.value });
  return input === undefined ? null : { messages: [{ role: "user", content: input }] };
}

async function* framesOf(events: AsyncIterable<SwarmEvent>): AsyncGenerator<string, void> {
  try {
    for await (const event of events) yield `data: ${JSON.stringify(event)}\n\n`;
  } catch {
    // The failure itself was the last event, `run.error`.
  }
}
