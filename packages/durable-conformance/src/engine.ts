import type { BaseMessage } from "@langchain/core/messages";
import type { OnBusy, SwarmOptions, ToolReplies } from "swarmgraph";
import type { suiteSwarm } from "./swarm.ts";

/** Something that is said on a thread. Said again under the same id it is the same thing: the run goes on, or is over. */
export interface Ask {
  readonly threadId: string;
  readonly id: string;
  readonly text: string;
  readonly onBusy?: OnBusy | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer to what a run waits for. */
export interface AnswerTo {
  readonly threadId: string;
  /** Of the run that answers: given again, it is the same answer. */
  readonly id: string;
  readonly replies: ToolReplies;
}

/** How a run ended: with what was said last, or with calls that wait for somebody. */
export interface Reply {
  readonly text: string;
  /** The ids and names of the calls that wait. */
  readonly waits: readonly { readonly callId: string; readonly name: string }[];
}

/** A way to keep the runs of a swarm, in one process. Rejects with errors that have a `code`, where it has one. */
export interface DurableEngine {
  ask(ask: Ask): Promise<Reply>;
  answer(answer: AnswerTo): Promise<Reply>;
  log(threadId: string): Promise<readonly BaseMessage[]>;
  /** Goes back to before a message was said, and says something else there. Where threads have a history. */
  fork?(ask: Ask & { readonly before: string }): Promise<Reply>;
  /** The ids of the messages of each turn's end that the thread ever had. Where threads have a history. */
  branches?(threadId: string): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}

/** The suite's swarm, with what an engine plugs into it. */
export type SuiteSwarm = (plugs?: Pick<SwarmOptions, "stepRunner" | "toolLedger">) => ReturnType<typeof suiteSwarm>;

/** Opens an engine on the suite's swarm. */
export type OpenEngine = (swarmOf: SuiteSwarm) => Promise<DurableEngine>;
