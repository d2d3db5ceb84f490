import type { SwarmDefinition } from "../define/definition.ts";
import { merged } from "../define/merged.ts";
import { toolNodeOf } from "../define/node-names.ts";
import { Envelopes } from "./envelope.ts";
import type { EventDraft, SwarmEvent } from "./events.ts";
import { LATER, orLater } from "./flattened.ts";
import type { Later, Lists } from "./flattened.ts";
import type { Granularity } from "./granularity.ts";
import { HookChain } from "./hooks.ts";
import { Publisher } from "./publish.ts";
import { RunReader } from "./read-run.ts";
import type { Tell } from "./read-run.ts";
import { reachedBy, runEnd, runError } from "./run-end.ts";
import { isResumed, textOfInput } from "./run-input.ts";
import { isBatch, TOLD_CHUNKS, WATCH_KEY } from "./run-signal.ts";
import type { ChunkQueue, Waiting, Watch } from "./run-signal.ts";
import type { EventSource, SwarmEventsConfig } from "./swarm-events.ts";

/** How LangGraph names a single tool call, which is a task within its node. */
const CALL = `${toolNodeOf("")}.call`;

type Told = readonly SwarmEvent[] | undefined;

const NONE: readonly SwarmEvent[] = [];

/** What of a run's config is for its events alone. */
const OWN_OPTIONS: ReadonlySet<string> = new Set<keyof SwarmEventsConfig>([
  "granularity",
  "hooks",
  "modelCalls",
  "now",
  "onDiagnostic",
  "publish",
  "runId",
]);

/** The events of one run, in the lists that come with each chunk of LangGraph's stream. The run begins with the second. */
export class RunEvents<R> implements Lists<SwarmEvent> {
  /** The end state, or what the run failed with. Who reads the events alone has the error from there. */
  readonly result: Promise<R>;
  readonly #graph: EventSource;
  readonly #definition: SwarmDefinition | undefined;
  readonly #input: unknown;
  readonly #config: SwarmEventsConfig;
  readonly #granularity: Granularity;
  readonly #threadId: string | undefined;
  readonly #hooks: HookChain;
  readonly #envelopes: Envelopes;
  readonly #reader: RunReader;
  /** Whether functions of the caller's hear of the run: they are called where its events are read, not within its nodes. */
  readonly #isOverheard: boolean;
  /** What is told since the last list: often one event, for which a list that grows takes five times its place. */
  #told: SwarmEvent[] | undefined;
  /** Drafts that hooks are to hear of before they are told. */
  #held: EventDraft[] | undefined;
  #state: "new" | "running" | "failed" | "over" = "new";
  #chunks: AsyncIterator<unknown> | undefined;
  /** The same, where what is there already can be had at once. */
  #queue: ChunkQueue | undefined;
  /** Who waits for the next list. */
  #later: Later<SwarmEvent> | undefined;
  #failure: unknown;
  #resolve: (result: R) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(graph: EventSource, input: unknown, config: SwarmEventsConfig, runId: string) {
    const { granularity = "tokens", hooks = [], publish = [], now = Date.now } = config;
    const { definition } = graph;
    const threadId: unknown = config.configurable?.["thread_id"];
    this.#graph = graph;
    this.#definition = definition;
    this.#input = input;
    this.#config = config;
    this.#granularity = granularity;
    this.#isOverheard = hooks.length > 0 || publish.length > 0;
    this.#threadId = typeof threadId === "string" ? threadId : undefined;
    const run = { runId, threadId: this.#threadId, swarm: definition?.name ?? "swarm" };
    const own = { runId, threadId: this.#threadId, granularity, now };
    const publisher = new Publisher(publish, (code, error) => this.#report(code, "publish", error));
    this.#hooks = new HookChain(hooks, run, (hook, error) => this.#report("HOOK_FAILED", `hooks.${hook}`, error));
    this.#envelopes = new Envelopes(own, publisher);
    const channels = graph.outputChannels;
    this.#reader = new RunReader({ tell: this.#tell, withDeltas: granularity === "tokens", definition, channels });
    this.result = new Promise<R>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => undefined);
  }

  /** Says to who waits for the result that there will be none. */
  abandon(): void {
    this.#reject(leftError());
  }

  more(later: Later<SwarmEvent>): Told | typeof LATER {
    if (this.#state === "new") return this.#begin();
    if (this.#state === "over") return undefined;
    if (this.#state === "failed") {
      this.#state = "over";
      throw this.#failure;
    }
    try {
      const starting = this.#chunks === undefined ? this.#start() : undefined;
      return starting === undefined
        ? this.#next(later)
        : orLater(starting.then(this.#first).catch(this.#failed), later);
    } catch (error) {
      return orLater(this.#failed(error), later);
    }
  }

  readonly #first = (): Promise<Told> =>
    new Promise((done, failed) => {
      const list = this.#next({ done, failed });
      if (list !== LATER) done(list);
    });

  /** What comes of the next chunk. */
  #next(later: Later<SwarmEvent>): Told | typeof LATER {
    const queue = this.#queue;
    const value = queue?.taken();
    if (value !== undefined) return orLater(this.#answered({ done: false, value }), later);
    if (queue === undefined || this.#isOverheard) {
      const next = (this.#chunks as AsyncIterator<unknown>).next();
      return orLater(Promise.resolve(next).then(this.#answered, this.#failed), later);
    }
    this.#later = later;
    queue.wait(this.#waiting);
    return LATER;
  }

  /** Hears of the chunk that is waited for. */
  readonly #waiting: Waiting = {
    told: (chunk) => this.#hand(this.#answered(chunk)),
    failed: (error) => this.#hand(this.#failed(error)),
  };

  #hand(told: Told | Promise<Told>): void {
    const later = this.#later as Later<SwarmEvent>;
    const list = orLater(told, later);
    if (list !== LATER) later.done(list);
  }

  /** Who left hears no more; the sinks and the hooks still do. */
  async leave(): Promise<void> {
    this.abandon();
    const isRunning = this.#state === "running";
    this.#state = "over";
    if (!isRunning) return;
    try {
      await this.#chunks?.return?.();
    } finally {
      await this.#hooks.call("error", leftError());
      this.#reader.end("failed");
      this.#tell(runError(leftError()));
    }
  }

  #begin(): readonly SwarmEvent[] {
    this.#state = "running";
    const said = textOfInput(this.#input);
    const swarm = this.#definition?.name ?? "swarm";
    const started = { type: "run.started" as const, swarm, resumed: isResumed(this.#input) };
    this.#tell(said === undefined ? started : { ...started, input: said });
    return this.#list();
  }

  /** Begins the run. A promise only where it is waited for. */
  #start(): Promise<void> | undefined {
    const hook = isResumed(this.#input) ? "resume" : "start";
    if (!this.#hooks.has(hook)) return this.#open(this.#input);
    return this.#hooks.call(hook, this.#input).then((input) => this.#open(input));
  }

  #open(input: unknown): Promise<void> | undefined {
    const options = this.#options() as never;
    const told = this.#graph[TOLD_CHUNKS]?.(input as never, options);
    const read = (queue: ChunkQueue | undefined): Promise<void> | undefined => {
      this.#queue = queue;
      this.#chunks = queue;
      return queue === undefined ? this.#stream(input, options) : undefined;
    };
    return told instanceof Promise ? told.then(read) : read(told);
  }

  async #stream(input: unknown, options: never): Promise<void> {
    const chunks = await this.#graph.stream(input as never, options);
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  readonly #answered = ({ done, value }: IteratorResult<unknown>): Told | Promise<Told> => {
    try {
      if (done === true) {
        if (this.#hooks.has("end") || this.#hooks.has("interrupt")) return this.#endHooked().catch(this.#failed);
        const reached = reachedBy(this.#reader);
        return this.#end(runEnd(this.#reader, reached), reached);
      }
      const [mode, data] = value as readonly [unknown, unknown];
      const isHooked =
        (mode === "updates" && this.#hooks.has("update")) || (mode === "checkpoints" && this.#hooks.has("checkpoint"));
      return isHooked ? this.#toldToHooks(mode, data).catch(this.#failed) : this.#eventsOf(mode, data);
    } catch (error) {
      return this.#failed(error);
    }
  };

  readonly #failed = async (error: unknown): Promise<Told> => {
    this.#state = "failed";
    this.#failure = error;
    await this.#hooks.call("error", error);
    this.#reject(error);
    this.#reader.end("failed");
    this.#tell(runError(error));
    return this.#list();
  };

  #eventsOf(mode: unknown, data: unknown): readonly SwarmEvent[] {
    if (mode !== "custom" || !isBatch(data)) this.#reader.push(mode, data);
    else for (const signal of data.signals) this.#reader.push(mode, signal);
    return this.#list();
  }

  async #toldToHooks(mode: unknown, data: unknown): Promise<readonly SwarmEvent[]> {
    if (mode === "updates") await this.#tellUpdates(data as object);
    const drafts: EventDraft[] = [];
    this.#held = drafts;
    try {
      this.#reader.push(mode, data);
    } finally {
      this.#held = undefined;
    }
    for (const draft of drafts) if (draft.type === "state.checkpoint") await this.#hooks.call("checkpoint", draft);
    for (const draft of drafts) this.#tell(draft);
    return this.#list();
  }

  async #tellUpdates(update: object): Promise<void> {
    for (const [node, values] of Object.entries(update)) {
      if (node !== "__interrupt__" && !node.endsWith(CALL)) await this.#hooks.call("update", { node, values });
    }
  }

  /** Ends the run, once its hooks have seen what it comes to. */
  async #endHooked(): Promise<readonly SwarmEvent[]> {
    const state = reachedBy(this.#reader);
    const reached = this.#hooks.has("end") ? await this.#hooks.call("end", state) : state;
    const last = runEnd(this.#reader, reached);
    if (last.type === "run.interrupted") await this.#hooks.call("interrupt", last);
    return this.#end(last, reached);
  }

  #end(last: ReturnType<typeof runEnd>, reached: unknown): readonly SwarmEvent[] {
    this.#reader.end(this.#reader.isInterrupted ? "stopped" : "done");
    this.#state = "over";
    this.#resolve(reached as R);
    this.#tell(last);
    return this.#list();
  }

  readonly #tell: Tell = (draft, agent) => {
    if (this.#held !== undefined) {
      this.#held.push(agent === undefined ? draft : { ...draft, agent });
      return;
    }
    const event = this.#envelopes.seal(draft, this.#reader.turn, agent);
    if (event === undefined) return;
    if (this.#told === undefined) this.#told = [event];
    else this.#told.push(event);
  };

  /** What was told since the last list. */
  #list(): readonly SwarmEvent[] {
    const told = this.#told ?? NONE;
    this.#told = undefined;
    return told;
  }

  #options(): Record<string, unknown> {
    const { configurable, modelCalls } = this.#config;
    const saver: unknown = configurable?.["__pregel_checkpointer"] ?? this.#graph.checkpointer;
    const hasSaver = typeof saver === "object" && saver !== null && this.#threadId !== undefined;
    // The nodes of a swarm say themselves what there is to know of their updates.
    const updates = this.#definition === undefined || this.#hooks.has("update");
    const watch: Watch = { inBatches: true, models: modelCalls === true, updates };
    const options: Record<string, unknown> = {};
    for (const key of Object.keys(this.#config)) {
      if (!OWN_OPTIONS.has(key)) options[key] = this.#config[key as keyof SwarmEventsConfig];
    }
    options["configurable"] = merged(configurable, { [WATCH_KEY]: watch });
    // As `invoke` has it: without what is private to the engine.
    if (this.#graph.outputChannels !== undefined) options["outputKeys"] = this.#graph.outputChannels;
    const modes = ["custom", "values"];
    if (updates) modes.push("updates");
    if (this.#granularity === "tokens") modes.push("messages");
    if (hasSaver) modes.push("checkpoints");
    options["streamMode"] = modes;
    return options;
  }

  #report(code: string, path: string, error: unknown): void {
    const report = this.#config.onDiagnostic ?? this.#definition?.options.onDiagnostic;
    const what =
      code === "SINK_SLOW" ? "a sink is so slow that events are left out for it" : `a function of ${path} threw`;
    const why = error === undefined ? "" : `: ${error instanceof Error ? error.message : String(error)}`;
    report?.({ code, severity: "warning", path, message: `${what}${why}.`, hint: "The run goes on without it." });
  }
}

function leftError(): DOMException {
  return new DOMException("the events of the run were left", "AbortError");
}
