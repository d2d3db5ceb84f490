import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { humanOf } from "../define/human.ts";
import { allPass } from "../define/lineage.ts";
import { textOf } from "../define/text-of.ts";
import type { RunContext, TurnState } from "../types.ts";
import { onAbort } from "./abort.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { firstTrip, guardrailsOf, SWARM } from "./guard.ts";
import type { Looking, Trip } from "./guard.ts";
import type { NodeConfig } from "./runtime.ts";

/** Where a user's message says for whom it was not let through: names of agents, or `""` for all. */
const BLOCKED = "swarm_blocked_for";

/** What a turn of an agent's begins with. */
export interface Opening {
  readonly runtime: AgentRuntime;
  readonly messages: readonly BaseMessage[];
  readonly turn: TurnState;
  readonly run: RunContext;
  readonly config: NodeConfig;
}

/** What came of it: the agent's words and who has let the user's pass, or a guardrail that did not. */
export type Guarded<T> = { readonly value: T; readonly passed: readonly string[] } | { readonly trip: Trip };

/** The guardrails that have not let the user's turn pass yet. */
export type OpenGuardrails = ReturnType<typeof guardrailsOf<"input">>;

/** The guardrails of an agent's that are still to be heard in a turn of the user's: each is heard once in one. */
export function openGuardrails(runtime: AgentRuntime, turn: TurnState): OpenGuardrails {
  const passed = turn.passed ?? [];
  return guardrailsOf(runtime, "input").filter(({ owner }) => !passed.includes(owner));
}

/**
 * Has the agent speak, beside or after the checks of what the user said. A guardrail that trips goes before whatever else
 * went wrong meanwhile, so that the outcome does not depend on who is faster.
 *
 * @throws SwarmError `GUARDRAIL_FAILED`; what the agent throws, once all have let the user's turn pass.
 */
export async function guarded<T>(
  open: OpenGuardrails,
  opening: Opening,
  speak: (config: NodeConfig) => Promise<T>,
): Promise<Guarded<T>> {
  const { runtime, turn, run, config, messages } = opening;
  const before = turn.passed ?? [];
  const controller = new AbortController();
  const { signal } = controller;
  const release = onAbort(config.signal, () => controller.abort(config.signal?.reason));
  if (config.signal?.aborted) controller.abort(config.signal.reason);
  const text = newestTurn(withoutBlocked(messages, runtime.agent.name))
    .map((message) => textOf(message))
    .join("\n\n");
  const looking: Looking<string> = { runtime, stage: "input", value: text, text, run: { ...run, signal } };
  // A person is asked by stopping the run: that cannot be taken back.
  const isFirst = ({ parallel }: { parallel?: boolean | undefined }) =>
    parallel === false || humanOf(runtime.agent.spec) !== undefined;
  try {
    const early = await firstTrip(open.filter(isFirst), looking);
    if (early !== undefined) return { trip: forAll(early, open) };
    const spoken = settle(speak({ ...config, signal }));
    const trip = await firstTrip(
      open.filter((guardrail) => !isFirst(guardrail)),
      looking,
    ).catch(async (error: unknown) => {
      controller.abort(error);
      await spoken;
      throw error;
    });
    if (trip !== undefined) {
      controller.abort(new Error(`guardrail "${trip.guardrail}" tripped`));
      await spoken;
      return { trip: forAll(trip, open) };
    }
    const settled = await spoken;
    if ("error" in settled) throw settled.error;
    return { value: settled.value, passed: [...new Set([...before, ...open.map(({ owner }) => owner)])] };
  } finally {
    release();
    // Whoever still checks has nobody left to hear it.
    controller.abort();
  }
}

/** A trip of an agent's own, as one of the swarm's where the swarm's guardrails have not all been heard: to be safe. */
function forAll(trip: Trip, open: readonly { readonly owner: string }[]): Trip {
  return open.some(({ owner }) => owner === SWARM) ? { ...trip, owner: SWARM } : trip;
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

/** A promise that never rejects. */
function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** The messages of the user's newest turn: the last human one, and those right before it. */
function newestTurn(messages: readonly BaseMessage[]): readonly BaseMessage[] {
  const end = messages.findLastIndex(({ type }) => type === "human") + 1;
  let start = end;
  while (start > 0 && messages[start - 1]?.type === "human") start -= 1;
  return messages.slice(start, end);
}

/**
 * The user's newest turn, marked as not let through: what was said stays in the log, and no model is shown it again. A
 * guardrail of an agent's own hides it from that agent alone, once the swarm's have let it pass.
 */
export function blocked(messages: readonly BaseMessage[], { owner }: Trip): BaseMessage[] {
  return newestTurn(messages).flatMap((message) => {
    if (message.id === undefined) return [];
    const { content, id, name, additional_kwargs: kwargs, response_metadata } = message;
    const marks = [...new Set([...blockedFor(message), owner])];
    return [
      new HumanMessage({
        content,
        id,
        ...(name !== undefined && { name }),
        additional_kwargs: { ...kwargs, [BLOCKED]: marks },
        response_metadata,
      }),
    ];
  });
}

/** The log without what guardrails did not let through to an agent; the log itself where that is all of it. */
export function withoutBlocked(messages: readonly BaseMessage[], agent: string): readonly BaseMessage[] {
  const isBlocked = (message: BaseMessage) => {
    const marks = message.type === "human" ? blockedFor(message) : NOBODY;
    return marks.length > 0 && (marks.includes(SWARM) || marks.includes(agent));
  };
  if (allPass(messages, isOpen)) return messages;
  return messages.some(isBlocked) ? messages.filter((message) => !isBlocked(message)) : messages;
}

/** Whether nobody is kept from a message. */
function isOpen(message: BaseMessage): boolean {
  return message.type !== "human" || blockedFor(message).length === 0;
}

const NOBODY: readonly unknown[] = Object.freeze([]);

function blockedFor({ additional_kwargs: kwargs }: BaseMessage): readonly unknown[] {
  const marks: unknown = kwargs[BLOCKED];
  return Array.isArray(marks) ? marks : NOBODY;
}
