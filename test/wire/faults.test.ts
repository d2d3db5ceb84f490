// oxlint-disable vitest/no-standalone-expect -- `scenario` makes the tests.
import type { AIMessage } from "@langchain/core/messages";
import { describe, expect } from "vitest";
import { answersOf, faultScenarios, HELLO } from "./fault-scenarios.ts";
import { lookup, text, to } from "./ring.ts";
import type { Ring, RingOptions } from "./ring.ts";

const { scenario, asked, lastSeen } = faultScenarios();

describe("failures of the provider", () => {
  const FAILURES = [
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["500", { status: 500 }],
  ] as const;

  for (const [what, failure] of FAILURES) {
    const options: RingOptions = {
      swarm: { retry: { maxAttempts: 2, initialDelayMs: 1 } },
    };
    const expectFailure = async (ring: Ring): Promise<void> => {
      ring.says("one", { calls: [lookup(), to("two")] });
      ring.says("two", failure, failure);
      const error = await ring.failure(HELLO);
      expect(error).toMatchObject({ code: "MODEL_TRANSIENT", retryable: true, resumable: true, agent: "two" });
      expect(asked()).toEqual(["one", "two", "two"]);
    };

    scenario(
      `[F01] ${what} after a handoff is tried again, and the run goes on where it stopped`,
      options,
      async (ring) => {
        await expectFailure(ring);
        ring.says("two", "It is on its way.");
        const log = await ring.turn();
        expect(asked()).toEqual(["one", "two", "two", "two"]);
        expect(ring.ran).toEqual(['lookup {"number":7}']);
        expect([log.activeAgent, log.messages.at(-1)?.text]).toEqual(["two", "It is on its way."]);
      },
    );

    scenario(`[F02] ${what} after a handoff, then a new message goes to the target`, options, async (ring) => {
      await expectFailure(ring);
      ring.says("two", "Here I am.");
      const log = await ring.turn("Hello?");
      expect(asked()).toEqual(["one", "two", "two", "two"]);
      expect(ring.ran).toEqual(['lookup {"number":7}']);
      expect([log.activeAgent, log.messages.at(-1)?.text]).toEqual(["two", "Here I am."]);
    });
  }
});

const late: RingOptions = { limits: { modelTimeoutMs: 1500 } };
scenario("[F01] a target that takes too long is an error, and the run goes on where it stopped", late, async (ring) => {
  ring.says("one", { calls: [lookup(), to("two")] });
  ring.says("two", { delayMs: 600_000, text: "Late." });
  expect(await ring.failure(HELLO)).toMatchObject({ code: "MODEL_TRANSIENT", retryable: true, agent: "two" });
  ring.says("two", "It is on its way.");
  const log = await ring.turn();
  expect([asked(), ring.ran]).toEqual([["one", "two", "two"], ['lookup {"number":7}']]);
  expect(log.messages.at(-1)?.text).toBe("It is on its way.");
});

describe("calls of what there is not", () => {
  const NAMES = [
    ["[F03] an unknown tool", "find_order", /has no tool \\"find_order\\"/],
    ["[F03] another agent's tool", "secret", /has no tool \\"secret\\".*Your tools are \\"lookup\\"/],
    ["[F10] a tool in the wrong case", "Lookup", /has no tool \\"Lookup\\".*Did you mean \\"lookup\\"/],
  ] as const;
  for (const [title, name, why] of NAMES) {
    scenario(`${title} is answered to the model`, {}, async (ring) => {
      ring.says("one", { calls: [{ name, args: { number: 7 } }] }, "I cannot find it.");
      const log = await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one"], []]);
      expect(answersOf(log)).toMatchObject([{ status: "error" }]);
      expect(text(log.messages)).toMatch(why);
      expect([log.activeAgent, log.outcome?.kind]).toEqual(["one", "answered"]);
    });
  }

  const MEANT = /there is no agent behind .*Did you mean \\"transfer_to_two\\"\?/;
  const TARGETS = [
    [
      "[F04] a handoff that is not allowed",
      "transfer_to_vault",
      "HANDOFF_NOT_ALLOWED",
      /may not hand off to \\"vault\\"/,
    ],
    ["[F05] a handoff to nobody", "transfer_to_nobody", "HANDOFF_UNKNOWN_TARGET", /there is no agent behind/],
    ["[F06] a handoff to itself", "transfer_to_one", "HANDOFF_TO_SELF", /you are already \\"one\\"/],
    ["[F10] a handoff in the wrong case", "transfer_to_Two", "HANDOFF_UNKNOWN_TARGET", MEANT],
    ["[F11] a handoff with a blank behind it", "transfer_to_two ", "HANDOFF_UNKNOWN_TARGET", MEANT],
    ["[F11] a handoff with a letter that only looks right", "transfer_to_tw\u043E", "HANDOFF_UNKNOWN_TARGET", MEANT],
  ] as const;
  for (const [title, name, code, why] of TARGETS) {
    scenario(`${title} is answered to the model, which mends it`, {}, async (ring) => {
      ring.says("one", { calls: [{ name }] }, { calls: [to("two")] });
      ring.says("two", "Here I am.");
      const log = await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one", "two"], []]);
      expect(lastSeen(2)).toMatch(why);
      expect(log.handoffs).toMatchObject([
        { status: "refused", code },
        { status: "done", from: "one", to: "two" },
      ]);
    });
    scenario(`${title} beside a tool's call keeps the tool's result`, {}, async (ring) => {
      ring.says("one", { calls: [lookup(), { name }] }, "It is on its way.");
      const log = await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one"], ['lookup {"number":7}']]);
      expect(log.handoffs).toMatchObject([{ status: "refused", code }]);
      expect(log.activeAgent).toBe("one");
    });
  }
});

describe("several calls in one message", () => {
  scenario("[F07] of several handoffs the first goes, and no other is sent", {}, async (ring) => {
    ring.says("one", { calls: [to("two"), to("three")] });
    ring.says("two", "Here I am.");
    const log = await ring.turn(HELLO);
    expect(asked()).toEqual(["one", "two"]);
    expect(log.handoffs).toMatchObject([
      { status: "done", to: "two" },
      { status: "dropped", code: "HANDOFF_SECOND" },
    ]);
    expect(lastSeen()).not.toContain("transfer_to_");
  });

  for (const [title, calls] of [
    ["[F08] a handoff before a tool's call", [to("two"), lookup()]],
    ["[F09] a handoff after a tool's call", [lookup(), to("two")]],
  ] as const) {
    scenario(`${title}: the tool runs, then the target is entered`, {}, async (ring) => {
      ring.says("one", { text: "One moment.", calls });
      ring.says("two", "It is on its way.");
      const log = await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "two"], ['lookup {"number":7}']]);
      expect(log.handoffs).toMatchObject([{ status: "done", to: "two" }]);
      expect(lastSeen()).toContain("It is on its way.");
    });
  }

  scenario("[F17] two calls with one id are told apart, and both run once", {}, async (ring) => {
    const id = "Ab3dEf9hI";
    ring.says("one", { calls: [lookup(1, { id }), lookup(2, { id })] }, "Both are.");
    const log = await ring.turn(HELLO);
    expect([...ring.ran].sort()).toEqual(['lookup {"number":1}', 'lookup {"number":2}']);
    expect(new Set(answersOf(log).map(({ tool_call_id }) => tool_call_id)).size).toBe(2);
    expect(log.messages.at(-1)?.text).toBe("Both are.");
  });

  scenario("[F18] calls without ids get some", {}, async (ring) => {
    ring.says("one", { calls: [lookup(1, { id: "" }), lookup(2, { id: "" })] }, "Both are.");
    const log = await ring.turn(HELLO);
    expect([...ring.ran].sort()).toEqual(['lookup {"number":1}', 'lookup {"number":2}']);
    const called = (log.messages.find((message) => message.type === "ai") as AIMessage).tool_calls ?? [];
    expect(new Set(called.map(({ id }) => id)).size).toBe(2);
    expect(answersOf(log).map(({ tool_call_id }) => tool_call_id)).toEqual(called.map(({ id }) => id));
  });

  scenario("[F19] a handoff without an id goes, and its neighbour runs", {}, async (ring) => {
    ring.says("one", { calls: [lookup(7, { id: "" }), to("two", { id: "" })] });
    ring.says("two", "Here I am.");
    const log = await ring.turn(HELLO);
    expect([asked(), ring.ran]).toEqual([["one", "two"], ['lookup {"number":7}']]);
    expect(log.handoffs).toMatchObject([{ status: "done", to: "two" }]);
  });

  scenario("[F57] more calls than may be are answered, and not run", { limits: { maxToolCalls: 3 } }, async (ring) => {
    ring.says("one", { calls: [1, 2, 3, 4, 5].map((number) => lookup(number)) }, "That was all.");
    const log = await ring.turn(HELLO);
    expect([...ring.ran].sort()).toEqual([1, 2, 3].map((number) => `lookup {"number":${number}}`));
    expect(answersOf(log).map(({ status }) => status)).toEqual(["success", "success", "success", "error", "error"]);
    expect(lastSeen()).toContain("one message may hold 3 calls");
  });

  scenario("[F57] 130 calls: 128 run", {}, async (ring) => {
    ring.says("one", { calls: Array.from({ length: 130 }, (_, number) => lookup(number)) }, "That was all.");
    await ring.turn(HELLO);
    expect(ring.ran).toHaveLength(128);
  });
});

describe("what is said beside calls", () => {
  scenario("[F12] an empty answer ends the turn as such", {}, async (ring) => {
    ring.says("one", { text: "" });
    const log = await ring.turn(HELLO);
    expect([asked(), log.outcome?.kind, log.messages.at(-1)?.text]).toEqual([["one"], "empty", ""]);
  });

  for (const reasoning of [false, true]) {
    scenario(
      `[F13] blocks of content and calls agree${reasoning ? ", also with thoughts" : ""}`,
      { clients: { reasoning } },
      async (ring) => {
        const thought = reasoning && ring.cast.one !== "bedrock" ? { reasoning: "Hmm." } : {};
        ring.says("one", { ...thought, text: "Let me see.", calls: [lookup(1), lookup(2)] });
        ring.says("one", { ...thought, text: "Over.", calls: [to("two")] });
        ring.says("two", "Here I am.");
        const log = await ring.turn(HELLO);
        expect([...ring.ran].sort()).toEqual(['lookup {"number":1}', 'lookup {"number":2}']);
        expect([asked(), log.activeAgent]).toEqual([["one", "one", "two"], "two"]);
        // Mistral's client leaves out what is said beside calls.
        if (ring.cast.two !== "mistral") expect(lastSeen()).toContain("Let me see.");
        expect(lastSeen()).not.toMatch(/Hmm\.|transfer_to_/);
      },
    );
  }

  scenario("[F60] the name of a handoff in a text routes nobody", {}, async (ring) => {
    ring.says("one", "transfer_to_two");
    const log = await ring.turn(HELLO);
    expect([asked(), log.activeAgent, log.handoffs]).toEqual([["one"], "one", []]);
    expect(log.outcome?.kind).toBe("answered");
  });
});
