import type { BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { SwarmError } from "swarmgraph";
import type { Agents, OnBusy, SwarmEvent, SwarmResult } from "swarmgraph";
import { RestateSwarmError } from "./errors.ts";
import { busyError } from "./failure.ts";
import { baseOf, call, fieldOf } from "./http.ts";
import type { Answer } from "./http.ts";
import { otherEngine, strangerIn } from "./owner.ts";
import { objectNames } from "./protocol.ts";
import { askedAt, isRefused, messageOf, runFailure } from "./run-failure.ts";
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
  /**
   * Default: a random one. A run is begun once, however often it is started with one id, by whomever: who starts it again
   * gets the same run, for as long as the engine remembers it. One that was refused has not begun, and can be started again.
   */
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
    { onBusy = "enqueue", runId: given, context, signal }: DurableRunOptions = {},
  ): Promise<StartedRun> {
    const runId = given ?? globalThis.crypto.randomUUID();
    // Under a new id there can be nothing.
    const { key, isBegun } =
      given === undefined ? { key: runId, isBegun: false } : await this.#entry(threadId, given, signal);
    const expects =
      onBusy === "enqueue" || isBegun ? undefined : await this.#clear(threadId, runId, { onBusy, signal });
    const said = typeof input === "string" ? { messages: input } : input;
    const request: RunRequest = {
      runId,
      input: said === null ? null : await pack(said),
      ...(context !== undefined && { context }),
      ...(expects !== undefined && { expects }),
    };
    const { body } = await this.#object(this.#names.threads, threadId, "run/send", {
      body: request,
      headers: { "idempotency-key": key },
      signal,
    });
    return { runId, threadId, invocationId: String(fieldOf(body, "invocationId")) };
  }

  /**
   * The end state of a run, as `invoke` gives it. Can be asked for from anywhere, as long as the engine remembers the run.
   *
   * @throws what the run failed with: `SwarmError`, or RestateSwarmError `RUN_CANCELLED`, `ANSWER_TIMEOUT`, `RUN_FAILED`,
   *   `RUN_UNKNOWN`, `THREAD_OF_OTHER_ENGINE`.
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
      if (answer.status >= 300) throw runFailure(answer, { threadId, base: this.#base });
      return (await unpack((answer.body as RunReply).values)) as SwarmResult<A>;
    }
  }

  /**
   * The thread as its last run left it, and the run that has it now.
   *
   * @throws RestateSwarmError `THREAD_OF_OTHER_ENGINE`.
   */
  async get(threadId: string): Promise<DurableThread> {
    const { run, thread } = await this.#show(threadId);
    const stranger = thread === null ? undefined : strangerIn(thread);
    if (stranger !== undefined) {
      throw askedAt(this.#base, otherEngine(threadId, this.#names.threads, stranger).message);
    }
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

  /**
   * Forgets the conversation, once the runs before are over: the next turn begins with the entry agent. Takes away whatever
   * the object keeps under the thread's id, also what another program wrote there.
   */
  async forget(threadId: string): Promise<void> {
    await this.#object(this.#names.threads, threadId, "forget", {});
  }

  /**
   * By which key the engine knows a run, and whether it does already. The engine keeps what came of a key, a refusal as
   * well: a run that was refused is given the next one. A key goes into a header and into an address, which is not decoded
   * there.
   */
  async #entry(
    threadId: string,
    runId: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly key: string; readonly isBegun: boolean }> {
    const run = `${this.#base}/restate/invocation/${this.#names.threads}/${encodeURIComponent(threadId)}/run`;
    for (let refusals = 0; ; refusals += 1) {
      const key = `${encodeURIComponent(runId).replaceAll("%", "$")}${refusals === 0 ? "" : `&${refusals}`}`;
      const url = `${run}/${key}/output`;
      const answer = await call({ url, headers: this.#headers, signal });
      if (!isRefused(answer)) return { key, isBegun: answer.status !== 404 };
    }
  }

  /** Makes room where the thread is busy; for `"reject"` the number that tells whether it became busy since. */
  async #clear(
    threadId: string,
    runId: string,
    { onBusy, signal }: { readonly onBusy: OnBusy; readonly signal: AbortSignal | undefined },
  ): Promise<number | undefined> {
    const { run, runs } = await this.#show(threadId, signal);
    // Somebody else has begun the same run just now.
    if (run?.runId === runId) return undefined;
    if (onBusy === "reject") {
      if (run !== null && (await this.#goesOn(run.invocationId, signal))) throw busyError(threadId);
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
    throw runFailure(answer, { threadId: key, base: this.#base });
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
