import { Command } from "@langchain/langgraph";
import { swarmEvents } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import type { InspectableGraph, ResolvedOptions } from "./options.ts";
import { respond } from "./respond.ts";
import { readObject, toRunRequest } from "./run-request.ts";
import type { RunRequest } from "./run-request.ts";

/**
 * Runs a turn and answers with its events over SSE, each as `data: <event as JSON>`. They are read as fast as the client
 * reads; a client that leaves aborts the run.
 */
export async function runEvents(
  graph: InspectableGraph,
  request: Request,
  options: Pick<ResolvedOptions, "maxBodyBytes" | "run">,
): Promise<Response> {
  const asked = toRunRequest(await readObject(request, options.maxBodyBytes));
  const config = (await options.run?.(request)) ?? {};
  const thread = asked.threadId === undefined ? {} : { thread_id: asked.threadId };
  const run = swarmEvents<InspectableGraph>(graph, inputOf(asked) as never, {
    ...config,
    configurable: { ...config.configurable, ...thread },
  });
  return respond(streamOf(run[Symbol.asyncIterator]()), "text/event-stream; charset=utf-8", {
    headers: { "x-accel-buffering": "no" },
  });
}

function inputOf({ input, resume }: RunRequest): unknown {
  if (resume !== undefined) return new Command({ resume: resume.value });
  return input === undefined ? null : { messages: [{ role: "user", content: input }] };
}

function streamOf(events: AsyncGenerator<SwarmEvent, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await events.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
        } catch {
          // The failure itself was the last event, `run.error`.
          controller.close();
        }
      },
      async cancel() {
        await events.return();
      },
    },
    { highWaterMark: 0 },
  );
}
