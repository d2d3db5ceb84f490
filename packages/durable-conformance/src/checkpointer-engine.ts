import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { ToolRequest } from "swarmgraph";
import type { Ask, DurableEngine, Reply, SuiteSwarm } from "./engine.ts";

/** What a checkpointer alone is told. */
export interface CheckpointerEngineOptions {
  /** Where the processes keep their threads. */
  readonly checkpointer: BaseCheckpointSaver;
  /** Milliseconds that a thread stays with a process that died. Default 2,000. */
  readonly leaseMs?: number | undefined;
  /** Closes the checkpointer. */
  readonly close?: (() => Promise<void>) | undefined;
}

interface Values {
  readonly messages?: readonly BaseMessage[];
  readonly __interrupt__?: readonly { readonly value?: unknown }[];
}

/** A {@link DurableEngine} of plain processes that share a checkpointer: whoever is asked again goes on where the run stands. */
export function checkpointerEngine(swarmOf: SuiteSwarm, options: CheckpointerEngineOptions): DurableEngine {
  const { checkpointer, leaseMs = 2_000 } = options;
  const graph = swarmOf().compile({ checkpointer, leaseMs, onBusy: "enqueue" });
  const thread = (threadId: string) => ({ configurable: { thread_id: threadId } });
  // The checkpoint with a call stands before the call runs, so that a model is not asked anew about a call that was run.
  const policy = ({ onBusy, signal }: Ask) => ({ durability: "sync" as const, onBusy, ...(signal && { signal }) });
  return {
    ask: async (ask) => {
      const { values, next } = await graph.getState(thread(ask.threadId));
      const isKnown = ((values as Values).messages ?? []).some(({ id }) => id === ask.id);
      // A first message that nobody has read is not in the log yet.
      const isBegun = isKnown || (((values as Values).messages ?? []).length === 0 && next.length > 0);
      const input = isBegun ? null : { messages: [new HumanMessage({ id: ask.id, content: ask.text })] };
      return toReply(await graph.invoke(input, { ...thread(ask.threadId), ...policy(ask) }));
    },
    answer: async ({ threadId, replies }) =>
      toReply(await graph.invoke(new Command({ resume: replies }), { ...thread(threadId), durability: "sync" })),
    log: async (threadId) => {
      const { values } = await graph.getState(thread(threadId));
      return (values as Values).messages ?? [];
    },
    fork: async (ask) => {
      for await (const { values, next, config } of graph.getStateHistory(thread(ask.threadId))) {
        const messages = (values as Values).messages ?? [];
        if (next.length > 0 || messages.some(({ id }) => id === ask.before)) continue;
        const input = { messages: [new HumanMessage({ id: ask.id, content: ask.text })] };
        return toReply(await graph.invoke(input, { ...config, ...policy(ask) }));
      }
      throw new Error(`thread "${ask.threadId}" has no checkpoint before "${ask.before}".`);
    },
    branches: async (threadId) => {
      const ends: string[][] = [];
      for await (const { values, next } of graph.getStateHistory(thread(threadId))) {
        const messages = (values as Values).messages ?? [];
        if (next.length === 0) ends.push(messages.flatMap(({ type, id }) => (type === "human" ? [id ?? ""] : [])));
      }
      return ends;
    },
    close: async () => options.close?.(),
  };
}

/** How a run ended, from the values that it ended with: a {@link Reply}. */
export function toReply(result: unknown): Reply {
  const { messages = [], __interrupt__: interrupts = [] } = result as Values;
  const waits = interrupts.flatMap(({ value }) => (value as ToolRequest | undefined)?.calls ?? []);
  return {
    text: messages.at(-1)?.text ?? "",
    waits: waits.map(({ callId, name }) => ({ callId, name })),
  };
}
