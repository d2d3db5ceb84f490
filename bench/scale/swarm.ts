import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { SwarmAgent } from "swarmgraph";
import type { AgentSpec } from "swarmgraph";

/** What the last agent says. */
const ANSWER = "Your parcel is on its way.";

/** Handoffs of the longest run. */
export const MOST_HANDOFFS = 11;

/** What a user says who wants so many handoffs. */
export function questionFor(handoffs: number): string {
  return `Where is my parcel? Ask ${handoffs} others.`;
}

/** Answers at once, and keeps nothing: what it says follows from the question, so that any process may go on with a run. */
class ChainModel extends BaseChatModel {
  readonly #agent: number;

  constructor(agent: number) {
    super({});
    this.#agent = agent;
  }

  override _llmType(): string {
    return "chain";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(prompt: BaseMessage[]): Promise<ChatResult> {
    const question = prompt.findLast(({ type }) => type === "human")?.text ?? "";
    const handoffs = Number(/\d+/u.exec(question)?.[0]);
    const isLast = this.#agent >= handoffs;
    const name = `transfer_to_agent${this.#agent + 1}`;
    const calls = isLast ? [] : [{ type: "tool_call" as const, id: `${name}-${prompt.length}`, name, args: {} }];
    const message = new AIMessage({ content: isLast ? ANSWER : "", tool_calls: calls });
    return { generations: [{ text: "", message }] };
  }
}

/** A chain of agents, each of which hands on until the question's number is reached. */
export function chainSwarm(plugs: object = {}): SwarmAgent<Record<string, AgentSpec>> {
  const agents: Record<string, AgentSpec> = {};
  for (let index = 0; index <= MOST_HANDOFFS; index += 1) {
    agents[`agent${index}`] = {
      model: new ChainModel(index),
      description: `Agent number ${index}.`,
      prompt: `You are agent ${index}.`,
      canHandoffTo: index < MOST_HANDOFFS ? [`agent${index + 1}`] : [],
    };
  }
  return new SwarmAgent({
    name: "scale",
    entry: "agent0",
    sticky: false,
    agents,
    limits: { maxHandoffs: MOST_HANDOFFS + 1, maxTurns: MOST_HANDOFFS + 10 },
    ...plugs,
  });
}

/**
 * Gives the number of turns that a thread has.
 *
 * @throws Error where the last of them has not come to its answer by as many handoffs as were asked for.
 */
export function assertRun(values: unknown, handoffs: number): number {
  const { messages = [] } = values as { readonly messages?: readonly BaseMessage[] };
  const turn = messages.slice(messages.findLastIndex(({ type }) => type === "human"));
  const models = turn.filter(({ type }) => type === "ai").length;
  const said = turn.at(-1)?.text ?? "nothing";
  if (said === ANSWER && models === handoffs + 1) return messages.filter(({ type }) => type === "human").length;
  throw new Error(`a run of ${handoffs} handoffs ended with ${models} model calls and "${said}"`);
}
