import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { ToolRequest } from "swarmgraph";
import { asSeen, lockAsSeen } from "./as-seen.ts";
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

/** Where a thread stands. */
interface Standing {
  readonly messages: readonly BaseMessage[];
  /** Whether a run is at work on it, or was when its process died. */
  readonly isUnderWay: boolean;
  /** Its newest checkpoint. */
  readonly checkpointId: string | null;
}

/** A {@link DurableEngine} of plain processes that share a checkpointer: whoever is asked again goes on where the run stands. */
export function checkpointerEngine(swarmOf: SuiteSwarm, options: CheckpointerEngineOptions): DurableEngine {
  const { checkpointer, leaseMs = 2_000 } = options;
  const lock = lockAsSeen(checkpointer);
  const graph = swarmOf().compile({ checkpointer, leaseMs, onBusy: "enqueue", ...(lock !== undefined && { lock }) });
  const thread = (threadId: string) => ({ configurable: { thread_id: threadId } });
  // The checkpoint with a call stands before the call runs, so that a model is not asked anew about a call that was run.
  const policy = ({ onBusy, signal }: Ask) => ({ durability: "sync" as const, onBusy, ...(signal && { signal }) });
  const standing = async (threadId: string): Promise<Standing> => {
    const { values, tasks, config } = await graph.getState(thread(threadId));
    // Not by `next`, which leaves out what has come to something that is in no checkpoint yet: a new message would drop it.
    const isUnderWay = tasks.length > 0 && tasks.every(({ interrupts }) => interrupts.length === 0);
    const { checkpoint_id: checkpointId = null } = (config.configurable ?? {}) as { checkpoint_id?: string };
    return { messages: (values as Values).messages ?? [], isUnderWay, checkpointId };
  };
  return {
    ask: async (ask) => {
      const at = { ...thread(ask.threadId), ...policy(ask) };
      const before = await standing(ask.threadId);
      // A first message that nobody has read is not in the log yet.
      const isUnread = before.isUnderWay && before.messages.length === 0;
      // Only who is refused where somebody is at work can tell that what stands half-way was left by one who died.
      const isLeft = before.isUnderWay && ask.onBusy === "reject";
      const isBegun = isKnown(before, ask) || isUnread || isLeft;
      const went = isBegun ? await graph.invoke(null, at) : undefined;
      const now = went === undefined ? before : await standing(ask.threadId);
      if (went !== undefined && isKnown(now, ask)) return toReply(went, ask.id);
      const input = { messages: [new HumanMessage({ id: ask.id, content: ask.text })] };
      const begin = () => graph.invoke(input, at);
      return toReply(await (ask.onBusy === "reject" ? asSeen(now.checkpointId, begin) : begin()), ask.id);
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

function isKnown({ messages }: Standing, ask: Ask): boolean {
  return messages.some(({ id }) => id === ask.id);
}

/**
 * How a run ended, from the values that it ended with: a {@link Reply}.
 *
 * @param askId The id of the message that was answered. Default: the last one's.
 */
export function toReply(result: unknown, askId?: string): Reply {
  const { messages = [], __interrupt__: interrupts = [] } = result as Values;
  const waits = interrupts.flatMap(({ value }) => (value as ToolRequest | undefined)?.calls ?? []);
  const said = messages.slice(messages.findIndex(({ id }) => id === askId) + 1);
  const next = askId === undefined ? -1 : said.findIndex(({ type }) => type === "human");
  return {
    text: (next === -1 ? said : said.slice(0, next)).at(-1)?.text ?? "",
    waits: waits.map(({ callId, name }) => ({ callId, name })),
  };
}
