import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { distDir } from "vitest/node";
import type { PoolRunnerInitializer, PoolWorker, TestProject, WorkerRequest } from "vitest/node";

type Listener = (message: unknown) => void;

/** A thread, and what it was last told. */
interface Warm {
  readonly worker: Worker;
  config: string;
  mutant: unknown;
  starts: number;
}

/** Starts that a thread serves: each leaves a listener behind. */
const STARTS = 100;

/** Threads that have loaded the dependencies and wait for the next test file. */
const idle: Warm[] = [];

/**
 * Vitest's pool of threads, except that a thread outlives a test file and a mutant. The packages of `node_modules` stay
 * loaded, which is most of the time that a mutant would take; everything else is evaluated anew for every mutant.
 */
export const warmThreads: PoolRunnerInitializer = {
  name: "warm-threads",
  createPoolWorker: ({ project }) => new WarmThread(project),
};

class WarmThread implements PoolWorker {
  readonly name = "warm-threads";
  readonly #project: TestProject;
  readonly #listeners: (readonly [string, Listener])[] = [];
  #thread: Warm | undefined;

  constructor(project: TestProject) {
    this.#project = project;
  }

  async start(): Promise<void> {
    this.#thread = idle.pop() ?? {
      worker: new Worker(resolve(distDir, "workers/threads.js")),
      config: "",
      mutant: undefined,
      starts: 0,
    };
    this.#thread.worker.setMaxListeners(0);
    this.#thread.worker.ref();
  }

  on(event: string, callback: Listener): void {
    this.#listeners.push([event, callback]);
    this.#thread?.worker.on(event, callback);
  }

  off(event: string, callback: Listener): void {
    this.#thread?.worker.off(event, callback);
  }

  send(message: WorkerRequest): void {
    const thread = this.#thread;
    if (thread === undefined) return;
    if (message.type === "start") this.#begin(thread, message);
    else if (message.type === "run") this.#run(thread, message);
    else if (message.type === "stop") this.#release(thread);
    else thread.worker.postMessage(message, []);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  /** Ends a thread that was not given back: it is in a state that nobody knows. */
  async stop(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  /** Vitest isolates each file by a thread of its own; here the files of one mutant share their modules. */
  #begin(thread: Warm, message: WorkerRequest & { type: "start" }): void {
    const { context } = message;
    const config = JSON.stringify({ ...context.config, pattern: String(context.config.testNamePattern) });
    if (thread.config === config) return this.#answer("started");
    thread.config = config;
    thread.starts += 1;
    thread.worker.postMessage(
      { ...message, context: { ...context, config: { ...context.config, isolate: false } } },
      [],
    );
  }

  #run(thread: Warm, message: WorkerRequest & { type: "run" }): void {
    const { activeMutant } = message.context.providedContext as { readonly activeMutant?: string };
    const invalidates = thread.mutant === activeMutant ? undefined : this.#sources();
    thread.mutant = activeMutant;
    thread.worker.postMessage({ ...message, context: { ...message.context, invalidates } }, []);
  }

  #sources(): string[] {
    const graphs = Object.values(this.#project.vite.environments).map(({ moduleGraph }) => moduleGraph);
    const files = graphs.flatMap(({ fileToModulesMap }) => [...fileToModulesMap.keys()]);
    return files.filter((file) => !file.includes("/node_modules/"));
  }

  #release(thread: Warm): void {
    this.#thread = undefined;
    for (const [event, callback] of this.#listeners) thread.worker.off(event, callback);
    this.#answer("stopped");
    if (thread.starts >= STARTS) {
      void thread.worker.terminate();
      return;
    }
    thread.worker.unref();
    idle.push(thread);
  }

  #answer(type: "started" | "stopped"): void {
    for (const [event, callback] of this.#listeners) {
      if (event === "message") callback({ type, __vitest_worker_response__: true });
    }
  }
}
