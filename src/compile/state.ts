import { coerceMessageLikeToMessage } from "@langchain/core/messages";
import type { BaseMessage, BaseMessageLike } from "@langchain/core/messages";
import { Annotation, messagesStateReducer, StateSchema } from "@langchain/langgraph";
import type { StateDefinition } from "@langchain/langgraph";
import { schemaMetaRegistry } from "@langchain/langgraph/zod";
import { hidden } from "../define/hidden.ts";
import { addedTo, hasId } from "../define/lineage.ts";
import { merged } from "../define/merged.ts";
import { SwarmDefinitionError } from "../errors.ts";
import { withRecords } from "../route/ledger.ts";
import type { HandoffRecord, Outcome, TurnState } from "../types.ts";

/** What may be written to `messages`: messages of any form, also to be removed. */
export type MessagesUpdate = BaseMessageLike | readonly BaseMessageLike[];

/** Copies with an id of messages that came without one: the same copy each time, since reducers run more than once. */
const stamped = new WeakMap<object, BaseMessage>();

/** What is known of a long list that {@link withIds} made. */
interface Prepared {
  /** Whether no id is there twice and nothing is to be removed. */
  isPlain?: boolean;
  /** The log that it alone comes to: reducers run more than once, and each would look up all ids anew. */
  log?: BaseMessage[];
}

const prepared = hidden<Prepared>();

/**
 * Messages as LangChain's, each with an id. The given objects are not touched; a long list of its own is given back. What a
 * node gives is stamped once: the same object has the same id each time, whatever others do to it meanwhile.
 */
export function withIds(update: MessagesUpdate): BaseMessage[] {
  return stampedBy(update, (given) => {
    if (typeof given !== "object") return withId(given);
    return stamped.get(given) ?? withId(given, (copy) => stamped.set(given, copy));
  });
}

/** The same, of what a caller says: an object that is given to two runs is two messages. */
export function newWithIds(update: MessagesUpdate): BaseMessage[] {
  return stampedBy(update, (given) => withId(given));
}

function stampedBy(update: MessagesUpdate, stamp: (given: BaseMessageLike) => BaseMessage): BaseMessage[] {
  const list = isList(update) ? update : [update];
  if (prepared.get(list) !== undefined) return list as BaseMessage[];
  const made = list.map((given) => stamp(given));
  if (made.length > FEW) prepared.set(made, {});
  return made;
}

function withId(given: BaseMessageLike, told?: (copy: BaseMessage) => void): BaseMessage {
  const message = coerceMessageLikeToMessage(given);
  if (message.id !== undefined && message.id !== "") return message;
  const copy =
    message === given
      ? (Object.assign(Object.create(Object.getPrototypeOf(message) as object), message) as BaseMessage)
      : message;
  copy.id = globalThis.crypto.randomUUID();
  copy.lc_kwargs = merged(copy.lc_kwargs, { id: copy.id });
  told?.(copy);
  return copy;
}

/** Messages up to which each is looked for in the log; for more, a set of the log's ids is made. */
const FEW = 8;

/**
 * Appends; replaces a message whose id is known; removes where it is told to. Pure; what it gives is not to be changed but by
 * another call. The reducer of `messages` in `SwarmState`, for a state of your own.
 *
 * @example
 * ```ts
 * import { HumanMessage } from "@langchain/core/messages";
 * import { appendMessages } from "swarmgraph";
 *
 * const log = appendMessages([], [new HumanMessage({ id: "1", content: "Hello" })]);
 * appendMessages(log, [new HumanMessage({ id: "1", content: "Hello again" })]).length; // 1
 * ```
 */
export function appendMessages(log: BaseMessage[], update: MessagesUpdate): BaseMessage[] {
  const incoming = withIds(update);
  const known = log.length === 0 ? prepared.get(incoming) : undefined;
  if (known !== undefined) return (known.log ??= logOf(incoming));
  if (!isPlain(incoming, log)) return messagesStateReducer(log, incoming);
  // V8 takes five times as long to join a list that carries a private field: the copy carries none.
  return addedTo(log.slice().concat(incoming), log);
}

/** A log of one long list. */
function logOf(incoming: readonly BaseMessage[]): BaseMessage[] {
  const ids = idsOfNew(incoming, () => false);
  return ids === undefined ? messagesStateReducer([], [...incoming]) : addedTo([...incoming], [], ids);
}

/** Whether messages are only to be added: each is new to the log and the only one of its id. */
function isPlain(incoming: readonly BaseMessage[], log: readonly BaseMessage[]): boolean {
  const known = prepared.get(incoming);
  if (known === undefined) return idsOfNew(incoming, (id) => hasId(log, id)) !== undefined;
  known.isPlain ??= idsOfNew(incoming, () => false) !== undefined;
  if (!known.isPlain) return false;
  const isKnown = setOf(log);
  return incoming.every(({ id }) => !isKnown(id));
}

/** The ids of messages of which each is new and the only one of its id; `undefined` where they are not. */
function idsOfNew(incoming: readonly BaseMessage[], isKnown: (id: unknown) => boolean): Set<unknown> | undefined {
  const ids = new Set<unknown>();
  let count = 0;
  for (const message of incoming) {
    if (message.type === "remove" || isKnown(message.id)) return undefined;
    ids.add(message.id);
    if (ids.size === count) return undefined;
    count += 1;
  }
  return ids;
}

function setOf(log: readonly BaseMessage[]): (id: unknown) => boolean {
  const ids = new Set<unknown>(log.map(({ id }) => id));
  return (id) => ids.has(id);
}

/** The channels of a swarm that its callers may write. */
const inputChannels = {
  messages: Annotation<BaseMessage[], MessagesUpdate>({ reducer: appendMessages, default: () => [] }),
};

/** The channels of a swarm that its callers may read. */
const outputChannels = {
  ...inputChannels,
  activeAgent: Annotation<string | undefined>(),
  handoffs: Annotation<HandoffRecord[], readonly HandoffRecord[]>({ reducer: withRecords, default: () => [] }),
  outcome: Annotation<Outcome | null | undefined>(),
  structuredResponse: Annotation<unknown>(),
};

/** Every channel of a swarm. Use it as the state of a graph of your own around `createAgentNode`. */
export const SwarmState = Annotation.Root({ ...outputChannels, turn: Annotation<TurnState | undefined>() });

/** The three schemas of a swarm's graph, with the user's own channels in each. */
export function stateOf(own: unknown): { state: StateDefinition; input: StateDefinition; output: StateDefinition } {
  const channels = ownChannels(own);
  return {
    state: { ...channels, ...SwarmState.spec },
    input: { ...channels, ...inputChannels },
    output: { ...channels, ...outputChannels },
  };
}

/** The user's channels, whichever way LangGraph lets them be written, without those that are the engine's. */
function ownChannels(own: unknown): StateDefinition {
  if (own === undefined) return {};
  const channels = readChannels(own);
  return Object.fromEntries(Object.entries(channels).filter(([key]) => !Object.hasOwn(SwarmState.spec, key)));
}

function readChannels(own: unknown): StateDefinition {
  if (StateSchema.isInstance(own)) return own.getChannels() as StateDefinition;
  if (typeof own === "object" && own !== null) {
    if ("spec" in own && typeof own.spec === "object") return own.spec as StateDefinition;
    if ("~standard" in own) return schemaMetaRegistry.getChannelsForSchema(own as never) as StateDefinition;
  }
  throw new SwarmDefinitionError([
    {
      code: "STATE_INVALID",
      severity: "error",
      path: "state",
      message: "the state is neither an Annotation.Root, a StateSchema nor a zod object.",
      hint: "Pass Annotation.Root({ ... }).",
    },
  ]);
}

function isList(update: MessagesUpdate): update is readonly BaseMessageLike[] {
  // A pair of strings is one message (`["user", "hi"]`), not two.
  return Array.isArray(update) && !(update.length === 2 && update.every((part) => typeof part === "string"));
}
