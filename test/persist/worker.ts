import { SimpleChatModel } from "@langchain/core/language_models/chat_models";
import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import { FENCE_KEY, SwarmAgent } from "swarmgraph";
import type { Lease } from "swarmgraph";
import type { Order } from "./processes.ts";
import { openSaver } from "./savers.ts";
import type { Address } from "./savers.ts";

const saver = openSaver(JSON.parse(process.argv[2] ?? "") as Address);
const leases = new Map<string, Lease>();

let goOn = (): void => {};

/** Says what it heard last; of `stall` it thinks until it is told to go on. */
class EchoModel extends SimpleChatModel {
  override _llmType(): string {
    return "echo";
  }

  override async _call(messages: readonly BaseMessage[]): Promise<string> {
    const heard = messages.at(-1)?.text;
    if (heard === "stall") {
      process.send?.({ stalls: true });
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    return `heard ${heard}`;
  }
}

const graph = new SwarmAgent({ entry: "echo", agents: { echo: { model: new EchoModel({}) } } }).compile({
  checkpointer: saver,
  onBusy: "enqueue",
  leaseMs: 3_000,
});

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case "setup":
      return saver.setup();
    case "go on":
      return goOn();
    case "acquire": {
      const { threadId } = order;
      const got = await saver.threadLock.acquire({ threadId, owner: `${process.pid}`, ttlMs: order.ttlMs });
      if (got !== undefined) leases.set(threadId, got);
      return got?.token;
    }
    case "renew":
      return leases.get(order.threadId)?.renew();
    case "put": {
      const configurable = { thread_id: order.threadId, [FENCE_KEY]: leases.get(order.threadId)?.token };
      const checkpoint = { ...emptyCheckpoint(), id: uuid6(0) };
      await saver.put({ configurable }, checkpoint, { source: "loop", step: 0, parents: {} }, {});
      return "written";
    }
    case "say":
      return say(order.threadId, order.text);
  }
}

/** Says something on a thread as soon as nobody else has it. */
async function say(threadId: string, text: string): Promise<string> {
  const { messages } = await graph.invoke(
    { messages: [new HumanMessage(text)] },
    { configurable: { thread_id: threadId } },
  );
  return messages.at(-1)?.text ?? "";
}

process.on("message", ({ id, order }: { id: number; order: Order }) => {
  const answer = (message: object) => void process.send?.({ id, ...message });
  obey(order).then(
    (value) => answer({ value }),
    (error: Error & { code?: string }) => answer({ error: error.code ?? error.message }),
  );
});
process.send?.({ ready: true });
