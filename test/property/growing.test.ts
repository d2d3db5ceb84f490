import {
  AIMessage,
  HumanMessage,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
} from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendMessages, project } from "../../src/index.ts";
import type { ProjectOptions, SwarmError } from "../../src/index.ts";
import { AGENTS, anyLog, anyVerdicts, ledgerOf } from "./any-log.ts";

/** The same log as other objects, of which nothing can be known yet. */
function copyOf(log: readonly BaseMessage[]): BaseMessage[] {
  return mapStoredMessagesToChatMessages(mapChatMessagesToStoredMessages([...log]));
}

/** A prompt as text, or the code of the error. */
function written(log: readonly BaseMessage[], options: ProjectOptions): string {
  try {
    const { messages, brief, handoff } = project(log, options);
    return JSON.stringify([mapChatMessagesToStoredMessages(messages), brief, handoff?.id]);
  } catch (error) {
    return (error as SwarmError).code;
  }
}

const reading = fc.record({
  profile: fc.constantFrom("openai-chat", "openai-responses", "anthropic", "mistral", "gemini", "bedrock" as const),
  view: fc.constantFrom("drop" as const, "answer" as const),
  bindsTools: fc.boolean(),
  thinks: fc.boolean(),
  model: fc.constantFrom("gpt-5-mini", "claude-sonnet-4-5", undefined),
});

describe("[I22] a prompt that grew with its log", () => {
  it("is the prompt that the whole log gives at once, for every agent, whoever was asked in between", () => {
    const order = fc.array(fc.constantFrom(...AGENTS), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(anyLog, anyVerdicts, order, reading, (log, plan, agents, options) => {
        const verdicts = plan.map((one) => ({ ...one, returned: false }));
        for (let length = 1; length <= log.length; length += 1) {
          const part = log.slice(0, length);
          const agent = agents[length - 1] as string;
          const own = { ...options, agent, handoffs: ledgerOf(part, verdicts) } as ProjectOptions;
          expect(written(part, own)).toBe(written(copyOf(part), own));
        }
      }),
      { numRuns: 1_500 },
    );
  }, 120_000);

  it("is written anew where the log or a verdict has changed before its end", () => {
    fc.assert(
      fc.property(anyLog, anyVerdicts, anyVerdicts, fc.nat(), reading, (log, plan, other, at, options) => {
        fc.pre(log.length > 2);
        const agent = "a";
        const verdicts = plan.map((one) => ({ ...one, returned: false }));
        const before = { ...options, agent, handoffs: ledgerOf(log, verdicts) } as ProjectOptions;
        written(log, before);
        const changed = [...log];
        const [replacement] = copyOf([log[0] as BaseMessage]) as [BaseMessage];
        replacement.id = "another";
        changed[1 + (at % (log.length - 1))] = replacement;
        expect(written(changed, before)).toBe(written(copyOf(changed), before));
        const after = { ...before, handoffs: ledgerOf(log, other) };
        expect(written(log, after)).toBe(written(copyOf(log), after));
        expect(written(log.slice(0, -1), before)).toBe(written(copyOf(log.slice(0, -1)), before));
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it("is written anew where the caller changed the list that it gave", () => {
    const log: BaseMessage[] = [
      new HumanMessage({ id: "1", content: "one" }),
      new AIMessage({ id: "2", content: "two" }),
      new HumanMessage({ id: "3", content: "three" }),
      new AIMessage({ id: "4", content: "four" }),
      new HumanMessage({ id: "5", content: "five" }),
    ];
    project(log, { agent: "a" });
    log[1] = new AIMessage({ id: "2", content: "changed" });
    expect(project(log, { agent: "a" }).messages.map(({ text }) => text)).toEqual([
      "one",
      "changed",
      "three",
      "four",
      "five",
    ]);
  });

  it("is known by its list in a run, where the reducer made that", () => {
    const first = appendMessages([], [new HumanMessage({ id: "1", content: "one" })]);
    const second = appendMessages(appendMessages(first, [new AIMessage({ id: "2", content: "two" })]), [
      new HumanMessage({ id: "3", content: "three" }),
    ]);
    for (const log of [first, second, first, second]) {
      expect(project(log, { agent: "a" }).messages).toEqual(log);
    }
  });
});
