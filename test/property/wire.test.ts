import { SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHandoffTool, history, project, SwarmError } from "../../src/index.ts";
import type { ProfileName } from "../../src/index.ts";
import { problemsOfPrompt } from "../../src/project/validate-wire.ts";
import { AGENTS, anyLog, anyVerdicts, ledgerOf } from "./any-log.ts";

const PROFILES = ["openai-chat", "openai-responses", "anthropic", "mistral", "gemini", "bedrock"] as const;

/** A model of the profile's own, so that native messages are among the cases; and one of another family. */
const MODELS: Readonly<Record<ProfileName, readonly string[]>> = {
  "openai-chat": ["gpt-4.1", "gpt-5-mini"],
  "openai-responses": ["gpt-5-mini", "o4-mini"],
  anthropic: ["claude-sonnet-4-5", "claude-3-haiku"],
  mistral: ["mistral-large", "codestral-2"],
  gemini: ["gemini-3-pro", "gemini-2.5-flash"],
  bedrock: ["anthropic.claude-sonnet-4-5", "amazon.nova-pro-1"],
};

const search = tool(() => "", { name: "search", description: "Searches.", schema: z.object({ q: z.number() }) });

const policies = fc.constantFrom(
  history.full(),
  history.lastTurns(1),
  history.sinceHandoff(),
  history.briefOnly(),
  history.withoutTools(),
  history.custom((earlier) => earlier.filter((_message, index) => index % 3 !== 1)),
);

const anyCase = fc.record({
  log: anyLog,
  plan: anyVerdicts,
  agent: fc.constantFrom(...AGENTS),
  view: fc.constantFrom("drop" as const, "answer" as const),
  policy: policies,
  profile: fc.constantFrom(...PROFILES),
  other: fc.boolean(),
  bindsTools: fc.boolean(),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

/** Runs of the main property: 10,000 by default, more by `WIRE_RUNS`. */
const numRuns = Number(process.env["WIRE_RUNS"] ?? 10_000);

const seed = process.env["WIRE_SEED"] === undefined ? {} : { seed: Number(process.env["WIRE_SEED"]) };

function check({ log, plan, agent, view, policy, profile, other, bindsTools }: Case): void {
  const handoffs = ledgerOf(log, plan);
  const model = (MODELS[profile] as readonly string[])[other ? 1 : 0] as string;
  const before = JSON.stringify([log, handoffs]);
  let prompt: BaseMessage[];
  try {
    prompt = project(log, { agent, handoffs, view, history: policy, profile, model, bindsTools }).messages;
  } catch (error) {
    expect(error).toBeInstanceOf(SwarmError);
    expect((error as SwarmError).code).toBe("NO_USER_TURN");
    return;
  }
  const tools = bindsTools ? [search, createHandoffTool("b")] : [];
  expect(problemsOfPrompt(profile, { messages: [new SystemMessage("Be kind."), ...prompt], tools, model })).toEqual([]);
  expect(JSON.stringify([log, handoffs])).toBe(before);
  const again = project(prompt, { agent, profile, model, bindsTools }).messages;
  expect(problemsOfPrompt(profile, { messages: again, tools, model })).toEqual([]);
  expect(again).toEqual(prompt);
}

describe("[I05][I22] the projection of any history, for any provider", () => {
  it(`is valid on the wire, pure and idempotent, or a typed error (${numRuns} cases)`, () => {
    fc.assert(fc.property(anyCase, check), { numRuns, ...seed });
  }, 600_000);
});
