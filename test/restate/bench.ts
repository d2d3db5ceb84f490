import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BaseMessage } from "@langchain/core/messages";
import { registerWorker, SwarmThreads } from "@swarmgraph/durable-restate/client";
import type { Deployment, DurableThread, StartedRun } from "@swarmgraph/durable-restate/client";
import { inject } from "vitest";
import { effectsIn } from "../crash-swarm.ts";
import { freePorts } from "./ports.ts";
import { startService } from "./service.ts";
import type { Service, ServiceOptions } from "./service.ts";

/** A worker with its swarm, registered with the server of the test run. */
export interface Bench {
  readonly threads: SwarmThreads;
  readonly deployment: Deployment;
  /** What happened in the world, one line each. */
  effects(): readonly string[];
  /** The points that the worker's processes have passed, in a file, one a line. */
  readonly pointsFile: string;
  /** Opens the gate at which slow answers wait. */
  open(): void;
  shut(): void;
  /** The worker's process, which may be another one after a restart. */
  readonly service: Service;
  /** Starts the worker again at the address that it had. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a worker and registers it. */
export async function startBench(
  service: string,
  options: Partial<
    Pick<ServiceOptions, "swarm" | "dieAt" | "version" | "answerTimeoutMs" | "suspendAfterMs" | "effects" | "elsewhere">
  > = {},
): Promise<Bench> {
  const { ingress, admin, program } = inject("restate");
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-restate-"));
  const effects = options.effects ?? join(directory, "effects");
  const [port = 0] = await freePorts(1);
  const order: ServiceOptions = { swarm: "desk", ...options, program, port, service, ingress, effects };
  let worker = await startService(order);
  const deployment = await registerWorker({ admin, url: worker.url });
  return {
    threads: new SwarmThreads({ ingress, service }),
    deployment,
    effects: () => effectsIn(effects).happened,
    pointsFile: `${effects}.points`,
    shut: () => rmSync(`${effects}.gate`),
    open: () => writeFileSync(`${effects}.gate`, ""),
    get service() {
      return worker;
    },
    restart: async () => {
      await worker.kill();
      worker = await startService(order);
    },
    close: async () => {
      await worker.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Messages without what differs from run to run. */
export function plain(messages: readonly BaseMessage[]): readonly unknown[] {
  return messages.map((message) => {
    const { type, name, text } = message;
    const { tool_calls: calls, tool_call_id: answers, status } = message as unknown as Record<string, unknown>;
    return { type, name, text, calls, answers, status };
  });
}

/** Waits until a thread's run waits for somebody, or for what is asked of the thread. */
export async function waiting(
  threads: SwarmThreads,
  threadId: string,
  is: (thread: DurableThread) => boolean = ({ run }) => run?.status === "waiting",
): Promise<DurableThread> {
  for (;;) {
    const thread = await threads.get(threadId);
    if (is(thread)) return thread;
    await pause();
  }
}

/** Lets whatever a run asks, until it is over. */
export async function approveAll(threads: SwarmThreads, { runId, threadId }: StartedRun): Promise<void> {
  for await (const event of threads.events(runId)) {
    if (event.type !== "run.interrupted") continue;
    const { run } = await waiting(threads, threadId, (thread) => thread.run?.waits[0]?.id === event.interrupts[0]?.id);
    for (const { id, value } of run?.waits ?? []) await threads.answer(id, approvalOf(value));
  }
}

/** The answer that lets what is asked. */
export function approvalOf(value: unknown): unknown {
  const { type, calls = [] } = value as { type: string; calls?: readonly { callId: string }[] };
  return type === "tool.request"
    ? Object.fromEntries(calls.map(({ callId }) => [callId, { approve: true }]))
    : { approve: true };
}

/** Waits until something has come about. */
export async function until(is: () => boolean): Promise<void> {
  while (!is()) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
