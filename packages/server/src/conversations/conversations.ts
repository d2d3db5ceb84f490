import type { BaseMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { HandoffRecord, Limits } from "swarmgraph";
import { hasMetadata } from "../agents/list.ts";
import { createSerial } from "../agents/serial.ts";
import { createClock } from "../wire/clock.ts";
import type { Clock } from "../wire/clock.ts";
import { isMessageEntry } from "../wire/entries.ts";
import type { Entry, OutputEntry } from "../wire/entries.ts";
import { MistralError, invalidField, notFound, parseRequest } from "../wire/errors.ts";
import type { ConversationEvent } from "../wire/events.ts";
import { stoppedError, toMistralError } from "../wire/failures.ts";
import { newId } from "../wire/ids.ts";
import { appendConversationSchema, restartConversationSchema, startConversationSchema } from "../wire/requests.ts";
import type { HandoffExecution } from "../wire/requests.ts";
import type {
  Agent,
  Conversation,
  ConversationHistory,
  ConversationMessages,
  ConversationResponse,
} from "../wire/responses.ts";
import { cutAt } from "./cut.ts";
import { toDecision, toToolReplies } from "./replies.ts";
import type { ClientReply } from "./replies.ts";
import { memoryConversationStore } from "./store.ts";
import type { ConversationRecord, ConversationStore } from "./store.ts";
import { swarmOf } from "./swarm-of.ts";
import type { AgentSource, AgentSwarm, BuiltInTools, ModelFor } from "./swarm-of.ts";
import { toEntries } from "./to-entries.ts";
import type { ThreadState } from "./to-entries.ts";
import { eventsOf } from "./to-events.ts";
import { entriesIn, readInputs } from "./to-messages.ts";
import { threadOf, toolRequestOf, usageOf } from "./turn.ts";
import type { Thread } from "./turn.ts";

/** Options of {@link Conversations}. */
export interface ConversationsOptions {
  readonly agents: AgentSource;
  /** Gives the chat model for the name that an agent has. */
  readonly modelFor: ModelFor;
  /** Gives the tools for `web_search`, `code_interpreter` and so on; `undefined` for one that there is not. Default: none. */
  readonly builtIn?: BuiltInTools | undefined;
  /** Where what was said is kept. Default: the memory of this process. */
  readonly checkpointer?: BaseCheckpointSaver | undefined;
  /** Where the rest is kept. Default: the memory of this process. */
  readonly store?: ConversationStore | undefined;
  readonly limits?: Limits | undefined;
  readonly clock?: Clock | undefined;
}

/** Options of one run. */
export interface RunOptions {
  /** Ends the run: what was said so far stays, and the method throws the signal's reason or 499 `run_stopped`. */
  readonly signal?: AbortSignal | undefined;
}

/** One page of a list. */
export interface PageOptions {
  /** From 0. Default: 0. */
  readonly page?: number | undefined;
  /** Default: 100. */
  readonly page_size?: number | undefined;
}

/** Which conversations are meant. */
export interface ListConversationsOptions extends PageOptions {
  /** Every one of these must be in the conversation's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** A run of a conversation: events while it goes on, the response as the generator's last value. */
export type ConversationRun = AsyncGenerator<ConversationEvent, ConversationResponse>;

/** What a run begins with: turns of the user's, or the answer to a run that waits. */
type Input = { readonly messages: readonly BaseMessage[] } | Command;

interface Turn {
  readonly record: ConversationRecord;
  readonly swarm: AgentSwarm;
  readonly input: Input;
  /** Whether handoffs that wait are let through at once. */
  readonly letsHandoffs: boolean;
  readonly isStored: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Mistral's conversations: started on an agent or a model, gone on with, begun anew from an entry, read back as entries.
 * Usable without HTTP. What was said is in the checkpointer alone; entries are read out of it. Turns of one conversation
 * run one after the other. Requests are checked as on the wire; every method throws a `MistralError`.
 *
 * @example
 * ```ts
 * import { Agents, Conversations } from "@swarmgraph/server";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const agents = new Agents();
 * const agent = await agents.create({ model: "any", name: "greeter" });
 * const conversations = new Conversations({ agents, modelFor: () => scriptedModel().say("Hello!") });
 * const { outputs } = await conversations.start({ agent_id: agent.id, inputs: "Hi" });
 * outputs.map(({ type }) => type); // ["message.output"]
 * ```
 */
export class Conversations {
  readonly #agents: AgentSource;
  readonly #modelFor: ModelFor;
  readonly #builtIn: BuiltInTools;
  readonly #checkpointer: BaseCheckpointSaver;
  readonly #store: ConversationStore;
  readonly #limits: Limits | undefined;
  readonly #clock: Clock;
  readonly #serial = createSerial();

  constructor(options: ConversationsOptions) {
    this.#agents = options.agents;
    this.#modelFor = options.modelFor;
    this.#builtIn = options.builtIn ?? (() => undefined);
    this.#checkpointer = options.checkpointer ?? new MemorySaver();
    this.#store = options.store ?? memoryConversationStore();
    this.#limits = options.limits;
    this.#clock = options.clock ?? createClock();
  }

  /** Starts a conversation: the body of `POST /v1/conversations`. */
  async start(request: unknown, options: RunOptions = {}): Promise<ConversationResponse> {
    return drained(this.startStream(request, options));
  }

  /** The same as {@link start}, as events. */
  async *startStream(request: unknown, { signal }: RunOptions = {}): ConversationRun {
    const body = parseRequest(startConversationSchema, request);
    const now = this.#clock();
    const execution = body.handoff_execution ?? "server";
    const record: ConversationRecord = {
      id: newId("conv"),
      created_at: now,
      updated_at: now,
      name: body.name,
      description: body.description,
      metadata: body.metadata,
      ...(body.agent_id != null
        ? { agent_id: body.agent_id, agent_version: body.agent_version }
        : { model: body.model as string }),
      instructions: body.instructions,
      tools: body.tools ?? undefined,
      completion_args: body.completion_args ?? undefined,
      guardrails: body.guardrails,
      handoff_execution: execution,
      times: {},
    };
    const isStored = body.store ?? true;
    const swarm = await this.#swarm(record, execution, isStored ? this.#checkpointer : new MemorySaver());
    const { earlier, said, handoffs } = readInputs(body.inputs, swarm);
    const active = handoffs.length === 0 ? undefined : swarm.nameOf(handoffs.at(-1)?.next_agent_id ?? "");
    const seeded = said.length === 0 ? [] : earlier;
    if (seeded.length > 0 || active !== undefined)
      await seed(swarm, record.id, { messages: seeded, activeAgent: active });
    const messages = said.length === 0 ? earlier : said;
    const turn = { record, swarm, input: { messages }, letsHandoffs: false, isStored, signal };
    return yield* this.#inTurn(record.id, () => this.#run(turn));
  }

  /** Goes on with a conversation: the body of `POST /v1/conversations/{id}`. */
  async append(id: string, request: unknown, options: RunOptions = {}): Promise<ConversationResponse> {
    return drained(this.appendStream(id, request, options));
  }

  /** The same as {@link append}, as events. */
  async *appendStream(id: string, request: unknown, { signal }: RunOptions = {}): ConversationRun {
    const body = parseRequest(appendConversationSchema, request);
    return yield* this.#inTurn(id, async function* append(this: Conversations): ConversationRun {
      const stored = await this.#record(id);
      const record = { ...stored, completion_args: body.completion_args ?? stored.completion_args };
      const waiting = await this.#swarm(record, record.handoff_execution, this.#checkpointer);
      const thread = await threadIn(waiting, id);
      if (thread.waits !== undefined && !body.store) {
        throw invalidField(["body", "store"], "A conversation that waits goes on only where it is stored.");
      }
      if (thread.waits !== undefined) {
        const input = new Command({ resume: resumeOf(thread, waiting, { body }) });
        const letsHandoffs = body.handoff_execution === "server" && record.handoff_execution === "client";
        return yield* this.#run({ record, swarm: waiting, input, letsHandoffs, isStored: true, signal });
      }
      const { handoff_execution: execution } = body;
      const swarm = await this.#swarm(record, execution, body.store ? this.#checkpointer : new MemorySaver());
      if (!body.store) await seed(swarm, id, thread);
      const { earlier, said } = readInputs(body.inputs, swarm);
      const messages = [...earlier, ...said];
      if (messages.length === 0)
        throw invalidField(["body", "inputs"], "The conversation waits for nothing: say something.");
      const next = { ...record, handoff_execution: execution };
      return yield* this.#run({
        record: next,
        swarm,
        input: { messages },
        letsHandoffs: false,
        isStored: body.store,
        signal,
      });
    });
  }

  /**
   * Begins anew from an entry, as a conversation of its own; the first one stays as it is. Without inputs the turn of the
   * user's that the entry is gets another answer.
   */
  async restart(id: string, request: unknown, options: RunOptions = {}): Promise<ConversationResponse> {
    return drained(this.restartStream(id, request, options));
  }

  /** The same as {@link restart}, as events. */
  async *restartStream(id: string, request: unknown, { signal }: RunOptions = {}): ConversationRun {
    const body = parseRequest(restartConversationSchema, request);
    const from = await this.#record(id);
    const now = this.#clock();
    const { handoff_execution: execution } = body;
    const record: ConversationRecord = {
      ...from,
      id: newId("conv"),
      created_at: now,
      updated_at: now,
      handoff_execution: execution,
      metadata: body.metadata ?? from.metadata,
      guardrails: body.guardrails ?? from.guardrails,
      agent_version: body.agent_version ?? from.agent_version,
      completion_args: body.completion_args ?? from.completion_args,
    };
    const swarm = await this.#swarm(record, execution, body.store ? this.#checkpointer : new MemorySaver());
    const original = await this.#swarm(from, from.handoff_execution, this.#checkpointer);
    const thread = await threadIn(original, id);
    const { earlier, said } = readInputs(body.inputs, swarm);
    const cut = cutAt(thread, body.from_entry_id, { agents: original.byName, keepsTurn: body.inputs !== undefined });
    if (cut === undefined) throw notFound("entry", body.from_entry_id, { loc: ["body", "from_entry_id"] });
    await seed(swarm, record.id, cut.kept);
    const messages = [...cut.again, ...earlier, ...said];
    if (messages.length === 0) {
      throw invalidField(
        ["body", "inputs"],
        "There is nothing to answer: send inputs, or restart from a message of the user's.",
      );
    }
    const turn = { record, swarm, input: { messages }, letsHandoffs: false, isStored: body.store, signal };
    return yield* this.#inTurn(record.id, () => this.#run(turn));
  }

  /** What a conversation is, without what was said. */
  async get(id: string): Promise<Conversation> {
    return conversationOf(await this.#record(id));
  }

  /** One page of the conversations, sorted by their creation: oldest first, as agents are. */
  async list(options: ListConversationsOptions = {}): Promise<readonly Conversation[]> {
    const { page = 0, page_size: size = 100, metadata } = options;
    if (metadata === undefined) {
      return (await this.#store.list({ offset: page * size, limit: size })).map(conversationOf);
    }
    const found: Conversation[] = [];
    for (let offset = 0; found.length < (page + 1) * size; offset += LISTED) {
      const records = await this.#store.list({ offset, limit: LISTED });
      found.push(...records.filter((record) => hasMetadata(record, metadata)).map(conversationOf));
      if (records.length < LISTED) break;
    }
    return found.slice(page * size, (page + 1) * size);
  }

  /** Every entry, oldest first. */
  async history(id: string): Promise<ConversationHistory> {
    return { object: "conversation.history", conversation_id: id, entries: await this.#entries(id) };
  }

  /** The messages alone, oldest first. */
  async messages(id: string): Promise<ConversationMessages> {
    const entries = await this.#entries(id);
    return { object: "conversation.messages", conversation_id: id, messages: entries.filter(isMessageEntry) };
  }

  /** Deletes a conversation and all that was said in it. */
  async delete(id: string): Promise<void> {
    await this.#serial(id, async () => {
      await this.#record(id);
      await this.#checkpointer.deleteThread(id);
      await this.#store.delete(id);
    });
  }

  /** Runs a turn, one after the other for each conversation. */
  async *#inTurn(id: string, turn: (this: Conversations) => ConversationRun): ConversationRun {
    const entered = gate();
    const left = gate();
    void this.#serial(id, () => {
      entered.open();
      return left.opened;
    });
    await entered.opened;
    try {
      return yield* turn.call(this);
    } finally {
      left.open();
    }
  }

  async *#run(turn: Turn): ConversationRun {
    const { record, swarm, input, isStored, signal } = turn;
    if (isStopped(signal)) throw stoppedError(signal);
    yield { type: "conversation.response.started", created_at: this.#clock(), conversation_id: record.id };
    const before = await threadIn(swarm, record.id);
    const past = toEntries(stateOf(before), swarm.byName).map(({ entry }) => entry.id);
    const known = new Set(past);
    // Entries of a turn that was killed keep the time that they were told with since.
    const stamps = { ...Object.fromEntries(past.map((id) => [id, record.updated_at])), ...record.times };
    const given = new Set("messages" in input ? input.messages.map(({ id }) => id) : []);
    const fresh = (state: ThreadState): OutputEntry[] => {
      const placed = toEntries(state, swarm.byName);
      // What the client sent is no output, whoever said it.
      for (const { entry, messageId } of placed) if (given.has(messageId)) known.add(entry.id);
      return this.#stamped(placed, stamps).filter(
        (entry): entry is OutputEntry => isOutput(entry) && !known.has(entry.id),
      );
    };
    const keep = async (changes?: Partial<ConversationRecord>): Promise<void> => {
      if (isStored) await this.#store.put({ ...record, times: { ...stamps }, ...changes });
    };
    await keep();
    const atLast = async (): Promise<OutputEntry[]> => fresh(stateOf(await threadIn(swarm, record.id)));
    try {
      yield* eventsOf(this.#stream(turn), {
        agents: swarm.byName,
        entriesOf: async (values) => {
          // A stop at an interrupt comes as a state without messages.
          if (!("messages" in values)) return [];
          const entries = fresh(values as unknown as ThreadState);
          await keep();
          return entries;
        },
        atLast,
        now: this.#clock,
      });
    } catch (error) {
      throw isStopped(signal) ? stoppedError(signal) : toMistralError(error);
    } finally {
      await keep({ updated_at: this.#clock() });
    }
    const outputs = await atLast();
    const after = await threadIn(swarm, record.id);
    const tools = outputs.flatMap((entry) => (entry.type === "tool.execution" ? [entry.name] : []));
    const usage = usageOf(after.messages.slice(before.messages.length), tools);
    yield { type: "conversation.response.done", created_at: this.#clock(), usage };
    return { object: "conversation.response", conversation_id: record.id, outputs, usage };
  }

  /** The graph's stream; handoffs that wait are let through where the turn says so. */
  async *#stream({ record, swarm, input, letsHandoffs, signal }: Turn): AsyncGenerator<unknown> {
    const config = {
      configurable: { thread_id: record.id },
      streamMode: ["custom", "messages", "values"] as ("custom" | "messages" | "values")[],
      ...(signal && { signal }),
    };
    let next: Input = input;
    for (;;) {
      yield* await swarm.graph.stream(next as never, config);
      const { waits } = await threadIn(swarm, record.id);
      if (!letsHandoffs || waits?.type !== "handoff.approval") return;
      next = new Command({ resume: { approve: true } });
    }
  }

  async #entries(id: string): Promise<Entry[]> {
    const record = await this.#record(id);
    const swarm = await this.#swarm(record, record.handoff_execution, this.#checkpointer);
    const placed = toEntries(stateOf(await threadIn(swarm, id)), swarm.byName);
    return placed.map(({ entry }) => ({ ...entry, created_at: record.times[entry.id] ?? record.updated_at }) as Entry);
  }

  #stamped(placed: readonly { entry: { readonly id: string } }[], stamps: Record<string, string>): Entry[] {
    return placed.map(({ entry }) => ({ ...entry, created_at: (stamps[entry.id] ??= this.#clock()) }) as Entry);
  }

  async #record(id: string): Promise<ConversationRecord> {
    const record = await this.#store.get(id);
    if (record === undefined) throw notFound("conversation", id);
    return record;
  }

  async #swarm(
    record: ConversationRecord,
    execution: HandoffExecution,
    checkpointer: BaseCheckpointSaver,
  ): Promise<AgentSwarm> {
    return this.#compiled(record, execution, checkpointer).catch((error: unknown) => {
      throw toMistralError(error);
    });
  }

  async #compiled(
    record: ConversationRecord,
    execution: HandoffExecution,
    checkpointer: BaseCheckpointSaver,
  ): Promise<AgentSwarm> {
    const agent = record.agent_id === undefined ? lonely(record) : await this.#agent(record, record.agent_id);
    return swarmOf(agent, {
      agents: this.#agents,
      modelFor: this.#modelFor,
      builtIn: this.#builtIn,
      checkpointer,
      waitsForHandoffs: execution === "client",
      limits: this.#limits,
    });
  }

  async #agent(record: ConversationRecord, id: string): Promise<Agent> {
    const version = record.agent_version ?? undefined;
    const agent = await this.#agents.get(id, { version }).catch((error: unknown) => {
      if (MistralError.is(error) && error.status === 404) throw notFound("agent", id, { loc: ["body", "agent_id"] });
      throw error;
    });
    return {
      ...agent,
      instructions: record.instructions ?? agent.instructions,
      tools: record.tools ?? agent.tools,
      completion_args: { ...agent.completion_args, ...record.completion_args },
    };
  }
}

/** Records that a search through all of them reads at a time. */
const LISTED = 1000;

/** The one agent of a conversation that was started on a model. */
function lonely(record: ConversationRecord): Agent {
  return {
    object: "agent",
    id: "",
    name: "assistant",
    model: record.model ?? "",
    description: null,
    instructions: record.instructions ?? null,
    tools: record.tools ?? [],
    completion_args: record.completion_args ?? {},
    guardrails: null,
    handoffs: null,
    metadata: null,
    version: 0,
    versions: [0],
    version_message: null,
    created_at: record.created_at,
    updated_at: record.updated_at,
    deployment_chat: false,
    source: "api",
  };
}

function conversationOf(record: ConversationRecord): Conversation {
  const { times: _times, handoff_execution: _execution, agent_id, agent_version, model, ...rest } = record;
  const common = { object: "conversation" as const, ...rest };
  return agent_id === undefined ? { ...common, model: model ?? "" } : { ...common, agent_id, agent_version };
}

async function threadIn({ graph }: AgentSwarm, id: string): Promise<Thread> {
  return threadOf(await graph.getState({ configurable: { thread_id: id } }));
}

function stateOf(thread: Thread): ThreadState {
  return { messages: thread.messages, handoffs: thread.handoffs, waitsFor: toolRequestOf(thread) };
}

/** Puts a past into a thread that is empty. */
async function seed(
  { graph, byName }: AgentSwarm,
  id: string,
  {
    messages,
    handoffs,
    activeAgent,
  }: { messages: readonly BaseMessage[]; handoffs?: readonly HandoffRecord[]; activeAgent?: string | undefined },
): Promise<void> {
  const [entry] = byName.keys();
  const values = { messages, ...(handoffs && { handoffs }), ...(activeAgent !== undefined && { activeAgent }) };
  await graph.updateState({ configurable: { thread_id: id } }, values, activeAgent ?? entry);
}

function resumeOf(
  thread: Thread,
  swarm: AgentSwarm,
  {
    body,
  }: {
    body: {
      inputs?: Parameters<typeof entriesIn>[0];
      tool_confirmations?: ClientReply["confirmations"] | null | undefined;
    };
  },
): unknown {
  const reply: ClientReply = {
    inputs: readInputs(body.inputs, swarm),
    entries: entriesIn(body.inputs),
    confirmations: body.tool_confirmations ?? [],
  };
  const { waits } = thread;
  return waits?.type === "tool.request" ? toToolReplies(waits, reply) : toDecision(waits as never, reply, swarm);
}

/** A promise, and what resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

function isStopped(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true;
}

function isOutput(entry: Entry): boolean {
  return entry.type !== "message.input" && entry.type !== "function.result";
}

async function drained(run: ConversationRun): Promise<ConversationResponse> {
  let next = await run.next();
  while (next.done !== true) next = await run.next();
  return next.value;
}
