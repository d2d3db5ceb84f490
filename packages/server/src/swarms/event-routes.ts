import { HumanMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import { Hono } from "hono";
import { toJsonl } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { z } from "zod/v4";
import { callerOf } from "../http/caller.ts";
import { readJson } from "../http/limits.ts";
import { invalidField, parseRequest } from "../wire/errors.ts";
import { answerStream } from "./answer-stream.ts";
import { userContent } from "./content-parts.ts";
import { followRuns } from "./follow-runs.ts";
import type { SwarmHost } from "./hosted-swarm.ts";
import { runConfig } from "./options.ts";
import type { SwarmRoutesOptions } from "./options.ts";
import { noThread } from "./refusals.ts";
import { tellRun } from "./tell-run.ts";
import { newThreadId, threadKey } from "./thread-ids.ts";

const said = z.strictObject({ role: z.literal("user"), content: userContent });

const eventsRequest = z.strictObject({
  /** What the user says. */
  input: z.union([z.string().min(1), z.array(said).min(1)]).optional(),
  /** The answer to what the thread waits for, as `Command({ resume })` takes it. */
  resume: z.unknown().optional(),
  threadId: z.string().optional(),
  granularity: z.enum(["tokens", "messages", "hops"]).optional(),
});

const JSONL = "application/jsonl";

/**
 * The routes of `/events`: a run as SwarmEvents, as Server-Sent Events or, where the client accepts `application/jsonl`, as
 * the lines of a recording. A run without a `threadId` begins a thread; its id is in every event. A GET follows the runs that
 * there are, whoever began them: see {@link followRuns}.
 */
export function eventRoutes(host: SwarmHost, options: SwarmRoutesOptions = {}): Hono {
  return new Hono()
    .post("/:swarm", async (c) => {
      const swarm = host.get(c.req.param("swarm"));
      const request = parseRequest(eventsRequest, await readJson(c));
      const { threadId = newThreadId(), granularity } = request;
      const input = inputOf(request);
      const { tenant } = callerOf(c);
      const key = threadKey({ tenant, swarm: swarm.name }, "thread", threadId);
      const place = await swarm.open(key);
      if (place.thread.isEmpty && (request.threadId !== undefined || input instanceof Command)) throw noThread();
      const config = { ...(await runConfig(c, options)), granularity };
      const run = { swarm, place, tenant, input, threadId, config, publish: options.publish, waitsAs: () => key };
      const isJsonl = (c.req.header("accept") ?? "").includes(JSONL);
      return answerStream(
        c,
        (signal) => tellRun({ ...run, signal }),
        isJsonl ? (events) => recording(events) : serverSent,
        { ...options, ...(isJsonl && { type: JSONL }) },
      );
    })
    .get("/:swarm", (c) => followRuns(c, host.get(c.req.param("swarm")), options));
}

function inputOf({ input, resume }: z.infer<typeof eventsRequest>): { messages: HumanMessage[] } | Command {
  if ((input === undefined) === (resume === undefined)) {
    throw invalidField(["body"], "Give either an input or a resume.");
  }
  if (input === undefined) return new Command({ resume });
  const turns = typeof input === "string" ? [{ content: input }] : input;
  return { messages: turns.map(({ content }) => new HumanMessage({ content: content as string })) };
}

async function* serverSent(events: AsyncIterable<SwarmEvent>): AsyncGenerator<string, void> {
  for await (const event of events) {
    yield `event: ${event.type}\nid: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}

async function* recording(events: AsyncIterable<SwarmEvent>): AsyncGenerator<string, void> {
  for await (const line of toJsonl(events)) yield `${line}\n`;
}
