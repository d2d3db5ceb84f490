import assert from "node:assert/strict";
import { AIMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { createHandoffTool, project, SwarmError } from "../../src/index.ts";
import type { Projection } from "../../src/index.ts";
import { encodePrompt, validateWire } from "../../src/testing/index.ts";
import type { WireProblem } from "../../src/testing/index.ts";
import { openAIResponsesValidator } from "../../src/project/wire/openai-responses.ts";
import { markOf } from "./marks.ts";
import { POLICIES } from "./wire-case.ts";
import type { WireCase, WireCaseOptions, WireProperty } from "./wire-case.ts";

const search = tool(() => "", { name: "search", description: "Searches.", schema: z.object({ q: z.number() }) });

const TOOLS = [search, createHandoffTool("b")];

type Body = Readonly<Record<string, unknown>>;

/**
 * Checks what has to hold of a case; whether it came to a prompt, which it need not where the log holds no user turn.
 *
 * @throws AssertionError where it does not hold.
 */
export function checkCase(given: WireCase): boolean {
  return CHECKS[given.property](given);
}

const CHECKS: Readonly<Record<WireProperty, (given: WireCase) => boolean>> = {
  valid: checkValid,
  stable: checkStable,
  private: checkPrivate,
};

/** The request obeys its provider; the projection leaves its input alone, and is its own projection. */
function checkValid({ log, handoffs, options }: WireCase): boolean {
  const before = [...shown(log), JSON.stringify(handoffs)];
  const projection = projectionOf({ log, handoffs, options });
  assert.deepEqual([...shown(log), JSON.stringify(handoffs)], before, "the log was changed");
  if (projection === undefined) return false;
  const { messages } = projection;
  assert.deepEqual(problemsOf(bodyOf(projection, options), log, options), []);
  const { agent, profile, model, bindsTools } = options;
  const again = project(messages, { agent, profile, model, bindsTools });
  assert.deepEqual(problemsOf(bodyOf(again, options), log, options), []);
  assert.deepEqual(shown(again.messages), shown(messages), "the projection of the prompt is another one");
  return true;
}

/** Each closed turn goes behind the prompt so far, as messages and in the body, and the brief stays. */
function checkStable({ log, handoffs, options, turns }: WireCase): boolean {
  const grown = [...log];
  let last = projectionOf({ log: grown, handoffs, options });
  if (last === undefined) return false;
  for (const turn of turns) {
    grown.push(...turn);
    const next = projectionOf({ log: grown, handoffs, options }) as Projection;
    assert.equal(next.brief, last.brief, "the brief has changed");
    assert.equal(next.instructions, last.instructions, "the instructions have changed");
    assert.deepEqual(shown(next.messages).slice(0, last.messages.length), shown(last.messages));
    const body = bodyOf(next, options);
    const sent = turnsOf(bodyOf(last, options));
    assert.deepEqual(turnsOf(body).slice(0, sent.length), sent, "the body so far has changed");
    assert.deepEqual(problemsOf(body, grown, options), []);
    last = next;
  }
  return true;
}

/** Nothing of what the policy hides is in the request. */
function checkPrivate({ log, handoffs, options }: WireCase): boolean {
  const projection = projectionOf({ log, handoffs, options });
  if (projection === undefined) return false;
  const body = bodyOf(projection, options);
  assert.deepEqual(problemsOf(body, log, options), []);
  const sent = JSON.stringify(body);
  const leaked = hiddenPositions(log, options).filter((position) => sent.includes(markOf(position)));
  assert.deepEqual(leaked, [], "what is hidden was sent");
  return true;
}

function projectionOf({ log, handoffs, options }: Omit<WireCase, "property" | "turns">): Projection | undefined {
  try {
    return project(log, { ...options, handoffs, history: POLICIES[options.policy] });
  } catch (error) {
    if (SwarmError.is(error) && error.code === "NO_USER_TURN") return undefined;
    throw error;
  }
}

/** The body with the system prompt that an agent node makes: its own, the log's, the brief. */
function bodyOf({ messages, instructions, brief }: Projection, options: WireCaseOptions): Body {
  const system = ["Be kind.", instructions, brief].filter((text) => text !== undefined && text !== "").join("\n\n");
  return encodePrompt(options.profile, {
    messages: [new SystemMessage(system), ...messages],
    tools: options.bindsTools ? TOOLS : [],
    model: options.model,
  });
}

/** What is wrong with a body; OpenAI's server knows what the model wrote so far. */
function problemsOf(body: Body, log: readonly BaseMessage[], { profile }: WireCaseOptions): WireProblem[] {
  if (profile !== "openai-responses") return validateWire(profile, body);
  const outputs = log.map((message) => message.response_metadata?.["output"] as unknown).filter(Array.isArray);
  return openAIResponsesValidator({ outputs })(body);
}

/** The turns of a body without the system prompt. */
function turnsOf({ messages, input, contents }: Body): unknown[] {
  return (messages ?? input ?? contents) as unknown[];
}

/** Everything of messages that can be seen from outside, one text each. */
function shown(messages: readonly BaseMessage[]): string[] {
  return messages.map((message) => {
    const { type, content, name, id, additional_kwargs: own, response_metadata: metadata } = message;
    const calls = AIMessage.isInstance(message) ? [message.tool_calls ?? [], message.invalid_tool_calls ?? []] : [];
    const { tool_call_id: answers, status } = message as { tool_call_id?: string; status?: string };
    return JSON.stringify({ type, content, name, id, own, metadata, calls, answers, status });
  });
}

/** Where a message stands that the policy hides. Instructions at the log's beginning are for everybody. */
function hiddenPositions(log: readonly BaseMessage[], { policy }: WireCaseOptions): number[] {
  const start = log.findIndex(({ type }) => type !== "system");
  const positions = log.map((_message, position) => position).filter((position) => position >= start);
  if (policy === "briefOnly") return positions;
  const turns = positions.filter((position) => ["human", "system"].includes(log[position]?.type ?? ""));
  const first = turns.at(policy === "lastTurns(1)" ? -1 : -2) ?? start;
  return positions.filter((position) => position < first);
}
