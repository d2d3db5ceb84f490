import type { BaseMessage } from "@langchain/core/messages";
import type { Command } from "@langchain/langgraph";
import { Hono } from "hono";
import { runTools, toAgUi } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { z } from "zod/v4";
import { callerOf } from "../http/caller.ts";
import { readJson } from "../http/limits.ts";
import { invalidField, parseRequest } from "../wire/errors.ts";
import { agUiMessage, toChatMessages } from "./ag-ui-messages.ts";
import { commandOfEntries, resumeEntry } from "./ag-ui-resume.ts";
import { answerStream } from "./answer-stream.ts";
import { repliesIn, tailOf, toBaseMessage } from "./chat-messages.ts";
import type { HostedSwarm, RunPlace, SwarmHost } from "./hosted-swarm.ts";
import { runConfig } from "./options.ts";
import type { SwarmRoutesOptions } from "./options.ts";
import { noThread } from "./refusals.ts";
import { commandOfReplies, waitsForCalls } from "./resume.ts";
import { tellRun } from "./tell-run.ts";
import { isThreadId, threadKey } from "./thread-ids.ts";

const tool = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/** AG-UI's `RunAgentInput`; `state`, `context` and `forwardedProps` are the page's word and passed over. */
const runAgentInput = z.object({
  threadId: z.string().refine(isThreadId, "Expected a UUID, or a thread id of this server: others can be guessed."),
  runId: z.string().min(1).max(200),
  messages: z.array(agUiMessage),
  tools: z.array(tool).default([]),
  resume: z.array(resumeEntry).default([]),
});

type RunAgentInput = z.infer<typeof runAgentInput>;

/** The route of `/ag-ui`: a run as AG-UI 1.0 over Server-Sent Events. */
export function agUiRoutes(host: SwarmHost, options: SwarmRoutesOptions = {}): Hono {
  return new Hono().post("/:swarm", async (c) => {
    const swarm = host.get(c.req.param("swarm"));
    const request = parseRequest(runAgentInput, await readJson(c));
    const { threadId, runId } = request;
    const { tenant } = callerOf(c);
    const key = threadKey({ tenant, swarm: swarm.name }, "thread", threadId);
    const { place, input } = startOf(request, swarm, await swarm.open(key));
    const config = { ...(await runConfig(c, options)), runId, configurable: runTools(request.tools) };
    const run = { swarm, place, tenant, input, threadId, config, publish: options.publish, waitsAs: () => key };
    return answerStream(c, (signal) => tellRun({ ...run, signal }), serverSent, options);
  });
}

/** Where a run goes on, and with what: an answer, results of the page's tools, or what the user says. */
function startOf(
  request: RunAgentInput,
  swarm: HostedSwarm,
  open: RunPlace,
): { place: RunPlace; input: { messages: BaseMessage[] } | Command | null } {
  const { thread } = open;
  const messages = toChatMessages(request.messages);
  if (request.resume.length > 0) {
    if (thread.isEmpty) throw noThread();
    return { place: open, input: commandOfEntries(thread, request.resume) };
  }
  const tail = tailOf(messages);
  const replies = repliesIn(tail);
  if (waitsForCalls(thread, replies.keys())) return { place: open, input: commandOfReplies(thread, replies) };
  const isKnown = open.isKept && !thread.isEmpty;
  // A thread's log is the truth: of what the page repeats, it takes what the user said since.
  const fresh = isKnown ? messages.filter((message) => isNewTurn(message, thread.messageIds)) : messages;
  // Sent again after a failure, without an answer to it: the run goes on where it stopped.
  if (isKnown && fresh.length === 0 && tail.some(({ role }) => role === "user")) return { place: open, input: null };
  if (fresh.length === 0) throw invalidField(["body", "messages"], "There is no message that is new.");
  return { place: open.isKept ? open : swarm.passing(), input: { messages: fresh.map(toBaseMessage) } };
}

function isNewTurn(message: ReturnType<typeof toChatMessages>[number], known: ReadonlySet<string>): boolean {
  return message.role === "user" && message.id !== undefined && !known.has(message.id);
}

async function* serverSent(events: AsyncIterable<SwarmEvent>): AsyncGenerator<string, void> {
  for await (const event of toAgUi(events)) yield `data: ${JSON.stringify(event)}\n\n`;
}
