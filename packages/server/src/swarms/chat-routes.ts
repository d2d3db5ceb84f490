import { Hono } from "hono";
import type { Context } from "hono";
import { runTools, toOpenAIChunks } from "swarmgraph";
import type { OpenAIChunk, OpenAIStreamError, SwarmEvent } from "swarmgraph";
import { callerOf } from "../http/caller.ts";
import { readJson } from "../http/limits.ts";
import { runSignal } from "../http/run-signal.ts";
import { MistralError, parseRequest } from "../wire/errors.ts";
import { answerStream } from "./answer-stream.ts";
import { chatRequest } from "./chat-request.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatRun } from "./chat-run.ts";
import { completionOf } from "./completion-of.ts";
import type { HostedSwarm, SwarmHost } from "./hosted-swarm.ts";
import { runConfig } from "./options.ts";
import type { SwarmRoutesOptions } from "./options.ts";
import { tellRun } from "./tell-run.ts";

type Chunks = AsyncIterable<OpenAIChunk | OpenAIStreamError>;

/** OpenAI's routes below `/v1`: each swarm is a model. */
export function chatRoutes(host: SwarmHost, options: SwarmRoutesOptions = {}): Hono {
  const created = Math.floor(Date.now() / 1000);
  const modelOf = (id: string) => ({ id, object: "model", created, owned_by: "swarmgraph" });
  return new Hono()
    .get("/models", (c) => c.json({ object: "list", data: host.names.map(modelOf) }))
    .get("/models/:id", (c) => c.json(modelOf(host.get(c.req.param("id"), "model").name)))
    .post("/chat/completions", async (c) => {
      const request = parseRequest(chatRequest, await readJson(c));
      const run = await eventsOf(c, request, host.get(request.model, "model"), options);
      if (request.stream === true) {
        const withUsage = request.stream_options?.include_usage === true;
        return answerStream(c, run, (events) => lines(chunksOf(events, request), withUsage), options);
      }
      const { signal, end } = runSignal(c.req.raw.signal, options.stop);
      try {
        return c.json(await completionOf(chunksOf(run(signal), request)));
      } finally {
        end();
      }
    });
}

async function eventsOf(c: Context, request: ChatRequest, swarm: HostedSwarm, options: SwarmRoutesOptions) {
  const functions = request.tool_choice === "none" ? [] : (request.tools ?? []);
  // A whole answer holds whole messages alone: what a guardrail or a retry withdrew was never said.
  const granularity = request.stream === true ? "tokens" : "messages";
  const config = { ...(await runConfig(c, options)), configurable: runTools(functions), granularity } as const;
  const { tenant } = callerOf(c);
  const run = { ...(await chatRun(request, swarm, tenant)), swarm, tenant, config, publish: options.publish };
  return (signal: AbortSignal) => answerable(tellRun({ ...run, signal }));
}

function chunksOf(events: AsyncIterable<SwarmEvent>, { model }: ChatRequest): Chunks {
  return toOpenAIChunks(events, { model });
}

async function* lines(chunks: Chunks, withUsage: boolean): AsyncGenerator<string, void> {
  for await (const chunk of chunks) {
    const isUsage = "usage" in chunk && chunk.usage !== undefined;
    if (withUsage || !isUsage) yield `data: ${JSON.stringify(chunk)}\n\n`;
  }
  yield "data: [DONE]\n\n";
}

/** The events of a run whose client can only answer with results of tools: waiting for anything else is an error. */
async function* answerable(events: AsyncIterable<SwarmEvent>): AsyncGenerator<SwarmEvent, void> {
  let asksForResult = false;
  for await (const event of events) {
    if (event.type === "approval.requested" && event.needs === "result") asksForResult = true;
    if (event.type !== "run.interrupted" || asksForResult) {
      yield event;
      continue;
    }
    const message = "The run waits for an approval or a person, which a chat cannot answer: use /ag-ui or /events.";
    const { seq, ts, runId, turn } = event;
    const state = { retryable: false, resumable: true };
    yield { seq, ts, runId, turn, type: "run.error", code: "INTERRUPT_UNSUPPORTED", message, ...state };
    throw new MistralError(message, { status: 422, code: "interrupt_unsupported" });
  }
}
