import type { BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { SwarmError } from "swarmgraph";
import type { Agents, OnBusy, SwarmEvent, SwarmResult } from "swarmgraph";
import { RestateSwarmError } from "./errors.ts";
import { fromFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { baseOf, call, fieldOf } from "./http.ts";
import type { Answer } from "./http.ts";
import { objectNames } from "./protocol.ts";
import type { EventsReply, RunningRun, RunReply, RunRequest, StopMode, StopRequest, ThreadReply } from "./protocol.ts";
import { pack, unpack } from "./serial.ts";

/** Which swarm, on which server. */
export interface SwarmThreadsOptions {
  /** The server's ingress address, e.g. `http://127.0.0.1:8080`. */
  readonly ingress: string;
  /** The name of the swarm's object: what `durableSwarm` gives as `service`. */
  readonly service: string;
  /** Sent with every request, e.g. for a server that asks for a key. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a run is given. */
export type DurableInput = { readonly messages?: BaseMessageLike | readonly BaseMessageLike[] } & Readonly<
  Record<string, unknown>
>;

/** Options of one run. */
export interface DurableRunOptions {
  /** What to do while another run of the thread goes on. Default: `"enqueue"`. See `CompileOptions.onBusy`. */
  readonly onBusy?: OnBusy | undefined;
  /** Default: a random one. A run is begun once, however often it is started with one id. */
  readonly runId?: string | undefined;
  /** The run's `context`: JSON. */
  readonly context?: unknown;
  /** Ends the waiting, not the run: for that there is `cancel`. */
  readonly signal?: AbortSignal | undefined;
}

/** A run that was handed to the engine. */
export interface StartedRun {
  readonly runId: string;
  readonly threadId: string;
  /** The engine's own id of it. */
  readonly invocationId: string;
}

/** A thread as it is now. */
export interface DurableThread {
  /** The conversation after the last run that ended. */
  readonly messages: readonly BaseMessage[];
  /** All channels after the last run that ended. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The run that has the thread; its questions are in `waits`. */
  readonly run: RunningRun | null;
}

/** Milliseconds between two looks for new events: at first, and at most. */
const FIRST_POLL_MS = 30;
const LONGEST_POLL_MS = 500;

/** The ingress's status for a call whose output is not there yet. */
const NOT_READY = 470;

/**
 * The threads of a swarm that runs on Restate, from any process: runs them, answers them, and tells what happens.
 *
 * @example
 * <!-- not run: it needs a Restate server -->
 * ```ts
 * import { SwarmThreads } from "@swarmgraph/durable-restate/client";
 *
 * const threads = new SwarmThreads({ ingress: "http://127.0.0.1:8080", service: "support" });
 * const started = await threads.start("thread-1", { messages: "I was charged twice" });
 * for await (const event of threads.events(started.runId)) if (event.type === "run.interrupted") break;
 * const { run } = await threads.get("thread-1");
 * await threads.answer(run?.waits[0]?.id ?? "", { approve: true });
 * const { messages } = await threads.result(started);
 * ```
 */
export class SwarmThreads<A extends Agents = Agents> {
  readonly #base: string;
  readonly #names: ReturnType<typeof objectNames>;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ ingress, service, headers = {} }: SwarmThreadsOptions) {
    this.#base = baseOf(ingress);
    this.#names = objectNames(service);
    this.#headers = headers;
  }

  /** Runs a turn and waits for its end, which may be days away where it asks somebody: then `start` is for you. */
  async run(
    threadId: string,
    input: DurableInput | string | null,
    options: DurableRunOptions = {},
  ): Promise<SwarmResult<A>> {
    return this.result(await this.start(threadId, input, options), options);
  }

  /**
   * Hands a turn to the engine, which runs it whatever becomes of the caller.
   *
   * @throws SwarmError `THREAD_BUSY`; RestateSwarmError `ENGINE_UNREACHABLE`, `ENGINE_UNKNOWN`, `SERVICE_UNKNOWN`.
   */
  async start(
    threadId: string,
    input: DurableInput | string | null,
    { onBusy = "enqueue", runId = globalThis.crypto.randomUUID(), context, signal }: DurableRunOptions = {},
  ): Promise<StartedRun> {
    const expects = onBusy === "enqueue" ? undefined : await this.#clear(threadId, onBusy, signal);
    const given = typeof input === "string" ? { messages: input } : input;
    const request: RunRequest = {
      runId,
      input: given === null ? null : await pack(given),
      ...(context !== undefined && { context }),
      ...(expects !== undefined && { expects }),
    };
    const { body } = await this.#object(this.#names.threads, threadId, "run/send", {
      body: request,
      headers: { "idempotency-key": runId },
      signal,
    });
    return { runId, threadId, invocationId: String(fieldOf(body, "invocationId")) };
  }

  /**
   * The end state of a run, as `invoke` gives it. Can be asked for from anywhere, as long as the engine remembers the run.
   *
   * @throws what the run failed with: `SwarmError`, or RestateSwarmError `RUN_CANCELLED`, `ANSWER_TIMEOUT`, `RUN_FAILED`,
   *   `RUN_UNKNOWN`.
   */
  async result(
    { invocationId, threadId }: StartedRun,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<SwarmResult<A>> {
    const url = `${this.#base}/restate/invocation/${invocationId}/attach`;
    for (;;) {
      const answer = await call({ url, headers: this.#headers, signal }).catch((error: unknown) => {
        // A connection that was held for a long time, and broke: the run goes on, and so does the waiting.
        const { cause } = error as { cause?: { cause?: { code?: unknown } } };
        if (cause?.cause?.code === "ECONNREFUSED" || !(error instanceof RestateSwarmError)) throw error;
        return undefined;
      });
      if (answer === undefined) continue;
      if (answer.status >= 300) throw failureOf(answer, threadId);
      return (await unpack((answer.body as RunReply).values)) as SwarmResult<A>;
    }
  }

  /** The thread as its last run left it, and the run that has it now. */
  async get(threadId: string): Promise<DurableThread> {
    const { run, thread } = await this.#show(threadId);
    const kept = thread === null ? undefined : await unpack(thread.checkpoint);
    const values = (fieldOf(fieldOf(kept, "checkpoint"), "channel_values") ?? {}) as Record<string, unknown>;
    return { messages: (values["messages"] ?? []) as BaseMessage[], values, run };
  }

  /**
   * Answers what a run waits for, by the id of the wait.
   *
   * @throws SwarmError `INTERRUPT_MISMATCH` where no such thing is waited for.
   */
  async answer(waitId: string, answer: unknown): Promise<void> {
    const url = `${this.#base}/restate/awakeables/${encodeURIComponent(waitId)}/resolve`;
    const { status, body } = await call({ url, method: "POST", body: answer ?? null, headers: this.#headers });
    if (status < 300) return;
    throw new SwarmError(
      "INTERRUPT_MISMATCH",
      `no run waits for an answer by the id "${waitId}" (HTTP ${status}: ${messageOf(body)}). The ids are in get(threadId).run.waits.`,
    );
  }

  /**
   * Ends a run of a thread: the one that has it, or another one by what `start` gave. What it had come to stays.
   *
   * @returns whether there was one.
   */
  async cancel(threadId: string, run?: StartedRun): Promise<boolean> {
    return this.#stop(threadId, { mode: "cancel", ...(run && { runId: run.runId, invocationId: run.invocationId }) });
  }

  /**
   * The events of a run, from an offset (`seq`) on, until it is over. Any number of readers, at any time; one that broke off
   * goes on where it was. Texts are told as whole messages, since what is journalled is whole.
   */
  async *events(
    runId: string,
    { from = 0, signal }: { readonly from?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<SwarmEvent, void> {
    let pause = FIRST_POLL_MS;
    for (let next = from; ;) {
      const { body } = await this.#object(this.#names.runs, runId, "read", { body: { from: next }, signal });
      const reply = body as EventsReply;
      yield* reply.events;
      if (reply.isOver) return;
      pause = reply.events.length > 0 ? FIRST_POLL_MS : Math.min(pause * 2, LONGEST_POLL_MS);
      next = reply.next;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Forgets the conversation, once the runs before are over: the next turn begins with the entry agent. */
  async forget(threadId: string): Promise<void> {
    await this.#object(this.#names.threads, threadId, "forget", {});
  }

  /** Makes room where the thread is busy; for `"reject"` the number that tells whether it became busy since. */
  async #clear(threadId: string, onBusy: OnBusy, signal: AbortSignal | undefined): Promise<number | undefined> {
    const { run, runs } = await this.#show(threadId, signal);
    if (onBusy === "reject") {
      if (run !== null && (await this.#goesOn(run.invocationId, signal))) throw busy(threadId);
      return runs;
    }
    const mode: StopMode = onBusy === "rollback" ? "rollback" : "interrupt";
    if (run !== null) await this.#stop(threadId, { mode, runId: run.runId });
    return undefined;
  }

  /** Whether a run still goes on: one that an operator has killed cannot say that it is over. */
  async #goesOn(invocationId: string, signal: AbortSignal | undefined): Promise<boolean> {
    const url = `${this.#base}/restate/invocation/${invocationId}/output`;
    return (await call({ url, headers: this.#headers, signal })).status === NOT_READY;
  }

  async #show(threadId: string, signal?: AbortSignal): Promise<ThreadReply> {
    return (await this.#object(this.#names.threads, threadId, "show", { signal })).body as ThreadReply;
  }

  async #stop(threadId: string, request: StopRequest): Promise<boolean> {
    return (await this.#object(this.#names.threads, threadId, "stop", { body: request })).body === true;
  }

  async #object(
    name: string,
    key: string,
    handler: string,
    { body, headers, signal }: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined },
  ): Promise<Answer> {
    const answer = await call({
      url: `${this.#base}/${name}/${encodeURIComponent(key)}/${handler}`,
      method: "POST",
      body,
      headers: { ...this.#headers, ...headers },
      signal,
    });
    if (answer.status < 300 && answer.isIngress) return answer;
    if (answer.status < 300 || typeof fieldOf(answer.body, "message") !== "string") throw this.#unknownEngine(answer);
    if (answer.status === 404) throw this.#unknownService(name);
    throw failureOf(answer, key);
  }

  #unknownEngine({ status }: Answer): RestateSwarmError {
    return new RestateSwarmError(
      "ENGINE_UNKNOWN",
      `what listens at ${this.#base} is not the ingress of a Restate server (it answered ${status}). Give the ingress address, which is port 8080 unless it is set otherwise; 9070 is for administration.`,
    );
  }

  #unknownService(name: string): RestateSwarmError {
    return new RestateSwarmError(
      "SERVICE_UNKNOWN",
      `the Restate server at ${this.#base} knows no object "${name}". Register a worker with registerWorker(), and give the \`service\` of its durableSwarm().`,
    );
  }
}

function busy(threadId: string): SwarmError {
  return new SwarmError(
    "THREAD_BUSY",
    `thread "${threadId}" is being run already. Wait for that run, use another thread, or say what to do with onBusy.`,
    { threadId, retryable: true },
  );
}

const OWN_CODES: ReadonlySet<unknown> = new Set(["RUN_CANCELLED", "ANSWER_TIMEOUT", "RUN_FAILED"]);

/** What a run failed with, as the engine tells it. */
function failureOf({ status, body }: Answer, threadId: string): Error {
  const told = fieldOf(fieldOf(body, "metadata"), "failure");
  const message = messageOf(body);
  if (typeof told === "string") {
    const failure = JSON.parse(told) as Failure;
    return OWN_CODES.has(failure.code)
      ? new RestateSwarmError(failure.code as "RUN_FAILED", failure.message)
      : failure.resumable === undefined
        ? new RestateSwarmError("RUN_FAILED", `the run on thread "${threadId}" failed: ${failure.message}`)
        : fromFailure(failure);
  }
  if (status === 404) {
    return new RestateSwarmError(
      "RUN_UNKNOWN",
      `the engine knows no such run on thread "${threadId}": it was cancelled before it began, or has been over for so long that its result is gone. What it came to is in get(threadId).`,
    );
  }
  const isCancelled = status === 409 && /cancel/i.test(message);
  return new RestateSwarmError(
    isCancelled ? "RUN_CANCELLED" : "RUN_FAILED",
    `the run on thread "${threadId}" ${isCancelled ? "was cancelled before it began" : `failed (HTTP ${status}): ${message}`}.`,
  );
}

function messageOf(body: unknown): string {
  return String(fieldOf(body, "message") ?? body ?? "");
}
