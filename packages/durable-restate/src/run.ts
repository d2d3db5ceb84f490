import type { BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { coerceMessageLikeToMessage, RemoveMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import { CancelledError, RestatePromise, TimeoutError } from "@restatedev/restate-sdk";
import type { ObjectContext } from "@restatedev/restate-sdk";
import { swarmEvents } from "swarmgraph";
import type { PendingInterrupt, SwarmEvent, SwarmGraph } from "swarmgraph";
import { stopError, terminal, unanswered } from "./endings.ts";
import { toFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { OwnerOptions } from "./owner.ts";
import type { RunReply, RunRequest, RunWait, RunningRun, StopMode, StoredThread } from "./protocol.ts";
import { pack, unpack } from "./serial.ts";
import type { Packed } from "./serial.ts";
import { inLane, laneOf, StopSignal } from "./steps.ts";
import type { StepRetry } from "./steps.ts";
import { Teller } from "./teller.ts";
import type { Post } from "./teller.ts";
import { closeThread, keepSaid, messageIds, openThread } from "./thread.ts";

/** What a thread's object keeps. */
export interface ThreadState {
  thread: StoredThread;
  run: RunningRun;
  /** Runs that were begun. */
  runs: number;
}

/** What a run is made of, beside its request. */
export interface RunSetup {
  readonly graph: SwarmGraph;
  readonly retry: StepRetry;
  readonly answerTimeoutMs: number | undefined;
  /** Where threads are that are not this object's to run. */
  readonly owner: OwnerOptions;
  /** Takes the events of a run; absent where nobody may read them. */
  readonly post: ((runId: string) => Post) | undefined;
}

type Input = { readonly messages?: BaseMessageLike | readonly BaseMessageLike[] } & Readonly<Record<string, unknown>>;

interface Stopped {
  readonly values: Readonly<Record<string, unknown>>;
  readonly interrupts: readonly PendingInterrupt[];
}

interface Ending {
  readonly thread: StoredThread | null;
  readonly values?: Packed;
  readonly error?: Failure;
}

/**
 * Runs one turn of a thread, as its only writer: each step a journal entry, each question an awakeable. The thread is
 * written once, at the end, however the run ends.
 */
export async function runTurn(
  context: ObjectContext<ThreadState>,
  request: RunRequest,
  setup: RunSetup,
): Promise<RunReply> {
  const runs = (await context.get("runs")) ?? 0;
  const stored = await context.get("thread");
  const run = { runId: request.runId, invocationId: context.request().id };
  context.set("runs", runs + 1);
  context.set("run", { ...run, status: "running", waits: [] });
  const turn = new Turn(context, request, setup, stored);
  const ending = await turn.ended();
  if (ending.thread !== null) context.set("thread", ending.thread);
  context.clear("run");
  if (ending.error !== undefined) throw terminal(ending.error);
  return { runId: request.runId, values: ending.values as Packed };
}

class Turn {
  readonly #context: ObjectContext<ThreadState>;
  readonly #request: RunRequest;
  readonly #setup: RunSetup;
  readonly #stored: StoredThread | null;
  readonly #stop: RestatePromise<{ readonly mode: StopMode }>;
  readonly #teller: Teller;
  readonly #abort = new AbortController();
  #said: readonly BaseMessage[] = [];
  #stopped: StopSignal | undefined;
  #failed: (SwarmEvent & { readonly type: "run.error" }) | undefined;
  #seen: Set<string> = new Set();
  #stops = 0;

  constructor(context: ObjectContext<ThreadState>, request: RunRequest, setup: RunSetup, stored: StoredThread | null) {
    this.#context = context;
    this.#request = request;
    this.#setup = setup;
    this.#stored = stored;
    this.#stop = context.signal<{ readonly mode: StopMode }>("stop");
    this.#teller = new Teller(setup.post?.(request.runId));
    const { attemptCompletedSignal: over } = context.request();
    // The engine goes on elsewhere, or later: what this process still does of the run is nobody's any more.
    over.addEventListener("abort", () => {
      this.#teller.close();
      this.#abort.abort(over.reason);
    });
  }

  /** Runs to the end, whichever it is. Rejects only where the engine is to try again. */
  async ended(): Promise<Ending> {
    const threadId = this.#context.key;
    const saver = await openThread(threadId, this.#stored);
    const graph = this.#setup.graph.withCheckpointer(saver);
    this.#seen = await messageIds(threadId, saver);
    let values: Readonly<Record<string, unknown>> | undefined;
    let failure: unknown;
    try {
      values = await this.#run(graph);
    } catch (error) {
      if (error instanceof CancelledError) this.#end(new StopSignal("cancel"));
      failure = this.#stopped === undefined ? error : stopError(this.#stopped.mode, threadId);
      this.#teller.tell(this.#errorEvent(toFailure(failure)));
    }
    const ending = await this.#ending(async () => {
      const kept = this.#stopped?.mode === "rollback" ? await openThread(threadId, this.#stored) : saver;
      if (this.#stopped !== undefined) await keepSaid(graph.withCheckpointer(kept), threadId, this.#said);
      const thread = await closeThread(threadId, kept);
      if (values === undefined) return { thread, error: toFailure(failure) };
      return { thread, values: await pack(values) };
    });
    await this.#flush();
    return ending;
  }

  /** Journalled, so that what is kept is the same when the run is gone through again: ids and times within are not. */
  async #ending(make: () => Promise<Ending>): Promise<Ending> {
    for (;;) {
      try {
        return await this.#context.run("end", make);
      } catch (error) {
        // Too late to be cancelled: the thread is written all the same.
        if (!(error instanceof CancelledError)) throw error;
      }
    }
  }

  async #run(graph: SwarmGraph): Promise<Readonly<Record<string, unknown>>> {
    const { context, input } = await this.#opening();
    for (let next: unknown = input; ;) {
      const { values, interrupts } = await this.#segment(graph, next, context);
      if (interrupts.length === 0) return values;
      next = new Command({ resume: await this.#answers(interrupts) });
    }
  }

  /** The run's input, with an id for each message: the same each time, since later steps name messages by them. */
  async #opening(): Promise<{ readonly input: unknown; readonly context: unknown }> {
    const { input, context } = this.#request;
    if (input === null) return { input: null, context };
    const given = ((await unpack(input)) ?? {}) as Input;
    if (given.messages === undefined) return { input: given, context };
    const list = (Array.isArray(given.messages) ? given.messages : [given.messages]) as BaseMessageLike[];
    const messages = list.map((item) => {
      const message = coerceMessageLikeToMessage(item);
      if (message.id !== undefined && message.id !== "") return message;
      const id = this.#context.rand.uuidv4();
      return Object.assign(message, { id, lc_kwargs: { ...message.lc_kwargs, id } });
    });
    this.#said = messages.filter((message) => !RemoveMessage.isInstance(message));
    return { input: { ...given, messages }, context };
  }

  /** Runs until the end, or until somebody is asked. */
  async #segment(graph: SwarmGraph, input: unknown, context: unknown): Promise<Stopped> {
    const lane = laneOf({
      context: this.#context,
      retry: this.#setup.retry,
      stop: this.#stop,
      onStop: (stop) => this.#end(stop),
      seen: this.#seen,
    });
    return inLane(lane, async () => {
      const run = swarmEvents(graph, input as never, {
        configurable: { thread_id: this.#context.key },
        context,
        granularity: "messages",
        runId: this.#request.runId,
        signal: this.#abort.signal,
      });
      for await (const event of run) {
        // Told once it is known why: one that was stopped does not know by whom.
        if (event.type === "run.error") this.#failed = event;
        else this.#teller.tell(event);
      }
      const values = (await run.result) as Readonly<Record<string, unknown>>;
      const { __interrupt__: interrupts = [], ...own } = values as { __interrupt__?: readonly PendingInterrupt[] };
      return { values: own, interrupts };
    });
  }

  #errorEvent({ code = "RUN_FAILED", message, retryable = false, resumable = true }: Failure): SwarmEvent {
    if (this.#failed !== undefined && this.#stopped === undefined) return this.#failed;
    const { runId } = this.#request;
    const place = { seq: 0, ts: Date.now(), runId, threadId: this.#context.key, turn: this.#failed?.turn ?? 0 };
    return { ...place, type: "run.error", code, message, retryable, resumable };
  }

  #end(stop: StopSignal): void {
    this.#stopped ??= stop;
    this.#abort.abort(stop);
  }

  /** Waits for an answer to each question, and gives them by the questions' ids of this time. */
  async #answers(interrupts: readonly PendingInterrupt[]): Promise<Readonly<Record<string, unknown>>> {
    const context = this.#context;
    this.#stops += 1;
    // As they were when they were first asked: parts of a question are made anew each time.
    const values = await context.run(`questions#${this.#stops}`, () => interrupts.map(({ value }) => value));
    const awakeables = values.map(() => context.awakeable<unknown>());
    const waits: RunWait[] = awakeables.map(({ id }, index) => ({ id, value: values[index] }));
    const run = { runId: this.#request.runId, invocationId: context.request().id };
    context.set("run", { ...run, status: "waiting", waits });
    this.#teller.stopped(waits, interrupts);
    await this.#flush();
    const answers = await this.#answered(awakeables.map(({ promise }) => promise));
    context.set("run", { ...run, status: "running", waits: [] });
    return Object.fromEntries(interrupts.map(({ id = "" }, index) => [id, answers[index]]));
  }

  async #answered(promises: readonly RestatePromise<unknown>[]): Promise<readonly unknown[]> {
    const { answerTimeoutMs } = this.#setup;
    const all = RestatePromise.all(promises).map((answers, failure) => ({ answers, failure }));
    const stop = this.#stop.map((given) => ({ mode: given?.mode ?? ("cancel" as const) }));
    const either = RestatePromise.race([all, stop]);
    try {
      const settled = await (answerTimeoutMs === undefined ? either : either.orTimeout(answerTimeoutMs));
      if ("mode" in settled) throw new StopSignal(settled.mode);
      if (settled.failure !== undefined) throw settled.failure;
      return settled.answers ?? [];
    } catch (error) {
      if (error instanceof TimeoutError) throw unanswered(this.#context.key, answerTimeoutMs);
      const stopped = error instanceof CancelledError ? new StopSignal("cancel") : error;
      if (stopped instanceof StopSignal) this.#end(stopped);
      throw stopped;
    }
  }

  /** Waits until the log has all events; a log that cannot be reached is given up, since the run is not about it. */
  async #flush(): Promise<void> {
    if (this.#setup.post === undefined) return;
    const policy = { maxRetryAttempts: 5, initialRetryInterval: 200 };
    await this.#context.run("told", () => this.#teller.flush(), policy).catch(() => undefined);
  }
}
