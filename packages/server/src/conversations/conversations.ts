import { Command, MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { createSerial } from "../agents/serial.ts";
import { createClock } from "../wire/clock.ts";
import { isMessageEntry } from "../wire/entries.ts";
import type { Entry } from "../wire/entries.ts";
import { invalidField, notFound, parseRequest } from "../wire/errors.ts";
import { appendConversationSchema, restartConversationSchema, startConversationSchema } from "../wire/requests.ts";
import type { AppendConversationRequest } from "../wire/requests.ts";
import type {
  Conversation,
  ConversationHistory,
  ConversationMessages,
  ConversationResponse,
} from "../wire/responses.ts";
import { cutAt } from "./cut.ts";
import { eachOnce, functionsAlone, refuseTaken, refuseTwice } from "./given-tools.ts";
import { drained, inTurn } from "./in-turn.ts";
import type { ConversationRun, ConversationsOptions, ListConversationsOptions, RunOptions } from "./options.ts";
import { conversationOf, listRecords, restartedRecord, startedRecord } from "./records.ts";
import { resumeOf } from "./replies.ts";
import { runTurn } from "./run-turn.ts";
import type { TurnPlace } from "./run-turn.ts";
import { memoryConversationStore } from "./store.ts";
import type { ConversationRecord } from "./store.ts";
import { createSwarms } from "./swarms.ts";
import type { Swarms } from "./swarms.ts";
import { seed, stateOf, threadIn } from "./threads.ts";
import { toEntries } from "./to-entries.ts";
import { readInputs } from "./to-messages.ts";

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
  readonly #swarmFor: Swarms;
  readonly #checkpointer: BaseCheckpointSaver;
  readonly #place: TurnPlace;
  readonly #serial = createSerial();

  constructor(options: ConversationsOptions) {
    this.#swarmFor = createSwarms(options);
    this.#checkpointer = options.checkpointer ?? new MemorySaver();
    this.#place = { store: options.store ?? memoryConversationStore(), clock: options.clock ?? createClock() };
  }

  /** Starts a conversation: the body of `POST /v1/conversations`. */
  async start(request: unknown, options: RunOptions = {}): Promise<ConversationResponse> {
    return drained(this.startStream(request, options));
  }

  /** The same as {@link start}, as events. */
  async *startStream(request: unknown, { signal }: RunOptions = {}): ConversationRun {
    const body = parseRequest(startConversationSchema, request);
    refuseTwice(body.tools ?? []);
    const record = startedRecord(body, this.#place.clock());
    const isStored = body.store ?? true;
    const swarm = await this.#swarmFor(record, this.#saver(isStored));
    refuseTaken(body.tools ?? [], swarm);
    const { earlier, said, handoffs } = readInputs(body.inputs, swarm);
    const active = handoffs.length === 0 ? undefined : swarm.nameOf(handoffs.at(-1)?.next_agent_id ?? "");
    const seeded = said.length === 0 ? [] : earlier;
    if (seeded.length > 0 || active !== undefined)
      await seed(swarm, record.id, { messages: seeded, activeAgent: active });
    const messages = said.length === 0 ? earlier : said;
    const turn = { record, swarm, input: { messages }, isStored, signal };
    return yield* inTurn(this.#serial, record.id, () => runTurn(turn, this.#place));
  }

  /** Goes on with a conversation: the body of `POST /v1/conversations/{id}`, and `tools` for this run alone. */
  async append(id: string, request: unknown, options: RunOptions = {}): Promise<ConversationResponse> {
    return drained(this.appendStream(id, request, options));
  }

  /** The same as {@link append}, as events. */
  async *appendStream(id: string, request: unknown, options: RunOptions = {}): ConversationRun {
    const body = parseRequest(appendConversationSchema, request);
    return yield* inTurn(this.#serial, id, () => this.#append(id, body, options));
  }

  async *#append(id: string, body: AppendConversationRequest, { signal }: RunOptions): ConversationRun {
    const functions = functionsAlone(body.tools ?? []);
    refuseTwice(functions);
    const stored = await this.#record(id);
    const record = { ...stored, completion_args: body.completion_args ?? stored.completion_args };
    const { waits, ...past } = await threadIn(await this.#swarmFor(record, this.#checkpointer), id);
    if (waits !== undefined && !body.store) {
      throw invalidField(["body", "store"], "A conversation that waits goes on only where it is stored.");
    }
    // A run that waits goes on with the functions that it waits for.
    const brought = eachOnce([...functions, ...(waits === undefined ? [] : (record.run_functions ?? []))]);
    const next: ConversationRecord = {
      ...record,
      ...(waits === undefined && { handoff_execution: body.handoff_execution }),
      run_functions: brought,
      functions: eachOnce([...functions, ...(record.functions ?? [])]),
    };
    const swarm = await this.#swarmFor(next, this.#saver(body.store));
    refuseTaken(functions, swarm);
    const turn = { record: next, swarm, isStored: body.store, signal };
    if (waits !== undefined) {
      const input = new Command({ resume: resumeOf(waits, body, swarm) });
      const letsHandoffs = body.handoff_execution === "server" && record.handoff_execution === "client";
      return yield* runTurn({ ...turn, input, letsHandoffs }, this.#place);
    }
    if (!body.store) await seed(swarm, id, past);
    const { earlier, said } = readInputs(body.inputs, swarm);
    const messages = [...earlier, ...said];
    if (messages.length === 0)
      throw invalidField(["body", "inputs"], "The conversation waits for nothing: say something.");
    return yield* runTurn({ ...turn, input: { messages } }, this.#place);
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
    const record = restartedRecord(from, body, this.#place.clock());
    const swarm = await this.#swarmFor(record, this.#saver(body.store));
    const original = await this.#swarmFor(from, this.#checkpointer);
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
    const turn = { record, swarm, input: { messages }, isStored: body.store, signal };
    return yield* inTurn(this.#serial, record.id, () => runTurn(turn, this.#place));
  }

  /** What a conversation is, without what was said. */
  async get(id: string): Promise<Conversation> {
    return conversationOf(await this.#record(id));
  }

  /** One page of the conversations, sorted by their creation: oldest first, as agents are. */
  async list(options: ListConversationsOptions = {}): Promise<readonly Conversation[]> {
    return (await listRecords(this.#place.store, options)).map(conversationOf);
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
      await this.#place.store.delete(id);
    });
  }

  async #entries(id: string): Promise<Entry[]> {
    const record = await this.#record(id);
    const swarm = await this.#swarmFor(record, this.#checkpointer);
    const placed = toEntries(stateOf(await threadIn(swarm, id)), swarm.byName);
    return placed.map(({ entry }) => ({ ...entry, created_at: record.times[entry.id] ?? record.updated_at }) as Entry);
  }

  async #record(id: string): Promise<ConversationRecord> {
    const record = await this.#place.store.get(id);
    if (record === undefined) throw notFound("conversation", id);
    return record;
  }

  /** Where a run keeps what is said: what is not stored is forgotten with the run. */
  #saver(isStored: boolean): BaseCheckpointSaver {
    return isStored ? this.#checkpointer : new MemorySaver();
  }
}
