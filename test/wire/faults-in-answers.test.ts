// oxlint-disable vitest/no-standalone-expect -- `scenario` makes the tests.
import { tool } from "@langchain/core/tools";
import { Command } from "@langchain/langgraph";
import { describe, expect } from "vitest";
import { z } from "zod";
import { answersOf, faultScenarios, HELLO, THREAD } from "./fault-scenarios.ts";
import { lookup, text, to } from "./ring.ts";
import type { Ring, Way } from "./ring.ts";

const { scenario, asked, sent, lastSeen } = faultScenarios();

describe("arguments", () => {
  const BROKEN = '{"number": 7, "note": "unfin';

  scenario("[F14] that are no JSON go back to the model, as a call that is valid", {}, async (ring) => {
    ring.says("one", { calls: [lookup(1), lookup(2, { args: BROKEN })] }, "It is on its way.");
    const log = await ring.turn(HELLO);
    expect([asked(), ring.ran]).toEqual([["one", "one"], ['lookup {"number":1}']]);
    expect(answersOf(log).map(({ status }) => status)).toEqual(["success", "error"]);
    expect(lastSeen()).toContain("are not valid JSON");
  });

  scenario("[F15] that are no JSON do not hold up a handoff without input", { key: "F14" }, async (ring) => {
    ring.says("one", { calls: [to("two", { args: BROKEN })] });
    ring.says("two", "Here I am.");
    const log = await ring.turn(HELLO);
    expect([asked(), log.activeAgent]).toEqual([["one", "two"], "two"]);
  });

  const input = { canHandoffTo: [{ to: "two", input: z.object({ order: z.number() }) }, "three"] };
  scenario("[F15] that are no JSON stop a handoff with an input", { key: "F14", one: input }, async (ring) => {
    ring.says("one", { calls: [to("two", { args: '{"order": 4' })] }, { calls: [to("two", { args: { order: 42 } })] });
    ring.says("two", "Here I am.");
    const log = await ring.turn(HELLO);
    expect(asked()).toEqual(["one", "one", "two"]);
    expect(log.handoffs).toMatchObject([
      { status: "refused", code: "HANDOFF_INPUT_INVALID" },
      { status: "done", input: { order: 42 } },
    ]);
  });

  scenario("[F16] that do not fit go back to the model, with the place and without the value", {}, async (ring) => {
    ring.says("one", { calls: [lookup("hunter2")] }, { calls: [lookup(7)] }, "It is on its way.");
    const log = await ring.turn(HELLO);
    expect(ring.ran).toEqual(['lookup {"number":7}']);
    expect(answersOf(log).map(({ status }) => status)).toEqual(["error", "success"]);
    expect(answersOf(log)[0]?.text).toContain("number");
    expect(answersOf(log)[0]?.text).not.toContain("hunter2");
  });

  const nested = (depth: number): object => JSON.parse('{"a":'.repeat(depth) + "1" + "}".repeat(depth)) as object;
  const SIZES = [
    ["too long", { text: "x".repeat(5000) }, /more than 4000 characters/],
    ["too deep", { a: nested(300) }, /nested more than 200 levels/],
  ] as const;
  for (const [what, args, why] of SIZES) {
    scenario(
      `[F58] that are ${what} run nothing and are not sent again`,
      { limits: { maxArgumentChars: 4000 } },
      async (ring) => {
        ring.says("one", { text: "Hm.", calls: [lookup(1), lookup(2, { args })] }, { calls: [to("two", { args })] });
        ring.says("one", "It is on its way.");
        const log = await ring.turn(HELLO);
        expect([asked(), ring.ran]).toEqual([["one", "one", "one"], ['lookup {"number":1}']]);
        expect(log.handoffs).toMatchObject([{ status: "refused", code: "HANDOFF_INPUT_INVALID" }]);
        expect(text(log.messages)).toMatch(why);
        expect(sent()).not.toMatch(/xxxxx|\{"a":\{"a":/);
      },
    );
  }

  const NOT_READ = [
    ["of a million characters", "F58", { text: "x".repeat(1_000_001) }],
    ["ten thousand levels deep", "F58 text", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
  ] as const;
  for (const [what, key, args] of NOT_READ) {
    scenario(`[F58] ${what} run nothing and are not sent again`, { key }, async (ring) => {
      ring.says("one", { calls: [lookup(2, { args })] }, "It is on its way.");
      await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one"], []]);
      expect(lastSeen().length).toBeLessThan(10_000);
    });
  }
});

describe("answers that end early", () => {
  const call = { text: "Let me see.", calls: [lookup(7, { args: { number: 7, note: "x".repeat(200) } })] };

  scenario(
    "[F52] a break in the middle of a call runs nothing, and the run goes on",
    { key: "F52" },
    async (ring, way) => {
      // Mistral's calls are in its last event but one: what goes before is a text alone.
      ring.says("one", { ...call, cutAfter: ring.cast.one === "mistral" ? 2 : 5 });
      const error = await ring.failure(HELLO);
      // A body that is no stream has not begun before it is whole. Mistral's client always streams where it gets a signal.
      const code = way === "stream" || ring.cast.one === "mistral" ? "STREAM_INTERRUPTED" : "MODEL_TRANSIENT";
      expect(error).toMatchObject({ code, resumable: true, retryable: true, agent: "one" });
      expect(ring.ran).toEqual([]);
      ring.says("one", "It is on its way.");
      expect((await ring.turn()).messages.at(-1)?.text).toBe("It is on its way.");
    },
  );

  /** The events until the name of the call is there. */
  const UNTIL_NAME = { "openai-chat": 3, "openai-responses": 10, anthropic: 5, bedrock: 5 } as const;
  for (const [what, first, more] of [
    ["a call", call, 1],
    ["a handoff", { text: "Let me see.", calls: [to("two", { args: { reason: "x".repeat(200) } })] }, 1],
    [
      "a handoff, behind its name",
      { text: "Let me see.", calls: [to("two", { args: { reason: "x".repeat(200) } })] },
      0,
    ],
  ] as const) {
    scenario(`[F53] a stream that ends in the middle of ${what} runs nothing`, { key: "F53 end" }, async (ring) => {
      const client = ring.cast.one === "own" ? "openai-chat" : ring.cast.one;
      const endAfter = UNTIL_NAME[client as keyof typeof UNTIL_NAME] + more;
      ring.says("one", { ...first, endAfter });
      const error = await ring.failure(HELLO);
      expect(error).toMatchObject({ code: "STREAM_INTERRUPTED", agent: "one", retryable: true, resumable: true });
      expect([asked(), ring.ran]).toEqual([["one"], []]);
      ring.says("one", "It is on its way.");
      expect((await ring.turn()).messages.at(-1)?.text).toBe("It is on its way.");
    });
  }

  scenario("[F53] calls that the output limit cut are asked for once more", {}, async (ring) => {
    ring.says("one", { ...call, finish: "length" }, { calls: [lookup()] }, "It is on its way.");
    await ring.turn(HELLO);
    expect([asked(), ring.ran]).toEqual([["one", "one", "one"], ['lookup {"number":7}']]);
  });

  scenario("[F53] calls that the output limit cuts twice end the turn", {}, async (ring) => {
    ring.says("one", { ...call, finish: "length" }, { calls: [to("two")], finish: "length" });
    expect(await ring.failure(HELLO)).toMatchObject({ code: "MODEL_OUTPUT_TRUNCATED", agent: "one", resumable: true });
    expect([asked(), ring.ran]).toEqual([["one", "one"], []]);
  });

  for (const [what, first] of [
    ["a text", { text: "Half" }],
    ["calls", call],
  ] as const) {
    scenario(`[F56] ${what} withheld by a filter ends the turn`, {}, async (ring) => {
      ring.says("one", { ...first, finish: "content_filter" });
      expect(await ring.failure(HELLO)).toMatchObject({ code: "MODEL_REFUSED", agent: "one", resumable: true });
      expect([asked(), ring.ran]).toEqual([["one"], []]);
    });
  }
});

describe("answers in a format", () => {
  const one = { responseFormat: z.object({ total: z.number() }) };

  /** OpenAI's client throws away what is no JSON when it is not streamed: that is asked for once more, as a text. */
  const said = (ring: Ring, way: Way, ...texts: string[]): string[] => {
    const isParsed = way === "invoke" && ["openai-chat", "openai-responses"].includes(ring.cast.one);
    return texts.flatMap((said) => (isParsed && !said.startsWith("{") ? [said, said] : [said]));
  };

  scenario("[F59] that do not fit are asked for again", { one }, async (ring, way) => {
    const replies = said(ring, way, "On its way.", '{"total":"many"}', '{"total":1}');
    ring.says("one", { calls: [lookup()] }, ...replies);
    const log = await ring.turn(HELLO);
    expect([asked().length, log.structuredResponse]).toEqual([1 + replies.length, { total: 1 }]);
    return '{"total":2}';
  });

  scenario("[F59] that never fit end the turn", { one }, async (ring, way) => {
    const replies = said(ring, way, "On its way.", "Never.", "Never!");
    ring.says("one", { calls: [lookup()] }, ...replies);
    expect(await ring.failure(HELLO)).toMatchObject({ code: "OUTPUT_SCHEMA", agent: "one" });
    expect(asked()).toHaveLength(1 + replies.length);
    return '{"total":2}';
  });
});

describe("what comes from elsewhere", () => {
  const huge = tool(() => `The beginning.${"x".repeat(5_000_000)}The end.`, {
    name: "lookup",
    description: "Looks an order up.",
    schema: z.object({ number: z.number() }),
  });
  scenario(
    "[F54] five megabytes of a tool's are sent as a beginning, an end and a notice",
    { one: { tools: [huge] } },
    async (ring) => {
      ring.says("one", { calls: [lookup()] }, { calls: [to("two")] });
      ring.says("two", "Here I am.");
      const log = await ring.turn(HELLO);
      expect(asked()).toEqual(["one", "one", "two"]);
      expect(answersOf(log)[0]?.text).toMatch(
        /^The beginning\.x+\n\[\.{3} \d+ of 5000022 characters left out \.{3}\]\nx+The end\.$/,
      );
      expect(answersOf(log)[0]?.text).toHaveLength(100_000);
      expect(lastSeen()).toMatch(/The beginning\..*of 5000022 characters left out.*The end\./);
      expect(lastSeen().length).toBeLessThan(110_000);
    },
  );

  const guarded = { canHandoffTo: [{ to: "two", requiresApproval: true }, "three"] };
  scenario("[F55] an answer to what nobody has asked is refused, and nothing runs", { one: guarded }, async (ring) => {
    ring.says("one", { calls: [lookup(), to("two")] });
    await ring.turn(HELLO);
    const before = await ring.state();
    const answer = (id: string) => ring.graph.invoke(new Command({ resume: { [id]: { approve: true } } }), THREAD);
    await expect(answer("0".repeat(32))).rejects.toMatchObject({ code: "INTERRUPT_MISMATCH" });
    expect([asked(), ring.ran]).toEqual([["one"], ['lookup {"number":7}']]);
    expect(await ring.state()).toEqual(before);
    ring.says("two", "Here I am.");
    const { tasks } = await ring.graph.getState(THREAD);
    await answer(tasks[0]?.interrupts[0]?.id ?? "none");
    expect([asked(), ring.ran]).toEqual([["one", "two"], ['lookup {"number":7}']]);
    expect((await ring.state()).messages.at(-1)?.text).toBe("Here I am.");
  });
});
