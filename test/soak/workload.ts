import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { SwarmAgent, swarmEvents, SwarmMemorySaver } from "../../src/index.ts";

type Reply = string | { readonly tool: string };

/** A model that remembers nothing, or it would be the leak: what it says depends on its prompt alone. */
class ForgetfulModel extends BaseChatModel {
  readonly #reply: (prompt: readonly BaseMessage[]) => Reply;

  constructor(reply: (prompt: readonly BaseMessage[]) => Reply) {
    super({});
    this.#reply = reply;
  }

  override _llmType(): string {
    return "forgetful";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(prompt: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const reply = this.#reply(prompt);
    if (reply === "hang") await untilAborted(options.signal);
    if (reply === "fail") throw Object.assign(new Error("scripted"), { status: 400 });
    const message =
      typeof reply === "string"
        ? new AIMessage(reply)
        : new AIMessage({ content: "", tool_calls: [{ id: "call", name: reply.tool, args: {}, type: "tool_call" }] });
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    prompt: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatGenerationChunk> {
    const { generations } = await this._generate(prompt, options);
    const [{ message: whole } = { message: new AIMessage("") }] = generations;
    const { content, tool_calls = [] } = whole as AIMessage;
    const tool_call_chunks = tool_calls.map(({ id, name, args }, index) => ({
      type: "tool_call_chunk" as const,
      name,
      args: JSON.stringify(args),
      index,
      ...(id !== undefined && { id }),
    }));
    const message = new AIMessageChunk({ content, tool_call_chunks });
    yield new ChatGenerationChunk({ text: message.text, message });
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal?.reason as Error);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

const work = tool(() => "worked", { name: "work", description: "Works.", schema: z.object({}) });

/** A signal that all runs share, as a server's shutdown does: what is left on it is a leak. */
export const shared = new AbortController();

const saver = new SwarmMemorySaver();

/** What the user of a prompt wants. */
const wish = (prompt: readonly BaseMessage[]) => prompt.findLast(({ type }) => type === "human")?.text ?? "";

const swarm = new SwarmAgent({
  entry: "desk",
  retry: false,
  limits: { toolTimeoutMs: 60_000 },
  agents: {
    desk: {
      model: new ForgetfulModel((prompt) =>
        prompt.at(-1)?.type === "tool" ? { tool: "transfer_to_clerk" } : { tool: "work" },
      ),
      tools: [work],
      canHandoffTo: ["clerk"],
    },
    clerk: {
      model: new ForgetfulModel((prompt) => (["hang", "fail"].includes(wish(prompt)) ? wish(prompt) : "done")),
      canHandoffTo: [],
    },
  },
});

const walked = swarm.compile();
const stored = swarm.compile({ checkpointer: saver });

const ask = (content: string) => ({ messages: [{ role: "user" as const, content }] });

const expectFailure = (error: unknown): void => {
  if (!(error instanceof Error)) throw new TypeError("a run was rejected with what is no error", { cause: error });
};

const threadOf = (id: string) => ({ configurable: { thread_id: id }, signal: shared.signal });

type Way = (id: string) => Promise<unknown>;

const answered: Way = async () => walked.invoke(ask("go"), { signal: shared.signal });

const failed: Way = async () => walked.invoke(ask("fail"), { signal: shared.signal }).catch(expectFailure);

const aborted: Way = async () => {
  const own = new AbortController();
  setImmediate(() => own.abort(new Error("no longer wanted")));
  await walked.invoke(ask("hang"), { signal: own.signal }).catch(expectFailure);
};

const streamed: Way = async () => {
  for await (const _chunk of await walked.stream(ask("go"), { streamMode: "updates", signal: shared.signal })) continue;
};

const told: Way = async () => {
  for await (const _event of swarmEvents(walked, ask("go"), { signal: shared.signal })) continue;
};

/** Left in the middle, gone on with, and deleted. */
const left: Way = async (id) => {
  for await (const event of swarmEvents(stored, ask("go"), threadOf(id))) if (event.type === "tool.done") break;
  await stored.invoke(ask("go"), threadOf(id));
  await saver.deleteThread(id);
};

const failedInThread: Way = async (id) => {
  await stored.invoke(ask("fail"), threadOf(id)).catch(expectFailure);
  await saver.deleteThread(id);
};

const often: readonly Way[] = [answered, failed, answered, aborted];

/** One round: every way to run a swarm, each with a tool call and a handoff, the cheap ones more often. */
const ROUND: readonly Way[] = [streamed, ...often, told, ...often, left, ...often, failedInThread, ...often];

/** One run, in one of the ways in turn. What it stores is deleted in the end. */
export async function runNumber(index: number): Promise<void> {
  await ROUND[index % ROUND.length]?.(`thread-${index}`);
}
