// oxlint-disable vitest/no-standalone-expect -- `scenario` makes the tests.
import { ToolMessage } from "@langchain/core/messages";
import type { AIMessage } from "@langchain/core/messages";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { CLIENTS } from "./clients.ts";
import type { ClientName } from "./clients.ts";
import { agentOf, expectUsable, expectValid, lookup, startRing, text, to, turnsOf, WAYS } from "./ring.ts";
import type { Log, Ring, RingOptions, Way } from "./ring.ts";
import { startStrictPeer } from "./strict-peer/strict-peer.ts";
import type { StrictPeer } from "./strict-peer/strict-peer.ts";

/** Where a fault cannot be had: a client in both ways, or in one of them. */
type Place = ClientName | `${ClientName}, ${Way}`;

const OBJECTS = "the arguments are a JSON object there, not a text";
const UNREACHABLE = "the client leaves a rejection behind that nobody can reach, and Node ends the process";
const WHOLE = "a body has a length; only streams end early without an error";

/** What cannot be expressed on a wire, and why. Everything else is run against every client, by invoke and by stream. */
const NOT_EXPRESSIBLE: Readonly<Record<string, Readonly<Partial<Record<Place, string>>>>> = {
  F14: {
    gemini: OBJECTS,
    "anthropic, invoke": OBJECTS,
    "bedrock, invoke": OBJECTS,
  },
  F17: { "gemini, stream": "the client puts two calls with one id together to one, which is no JSON" },
  F52: {
    "gemini, stream": UNREACHABLE,
    "bedrock, stream": "the client takes the end of the connection for that of the answer",
  },
  "F53 end": {
    "openai-chat, invoke": WHOLE,
    "own, invoke": WHOLE,
    "openai-responses, invoke": WHOLE,
    "anthropic, invoke": WHOLE,
    "gemini, invoke": WHOLE,
    gemini: "a call is one event, never a part of one",
    mistral: "all calls come whole, in the last event",
    "bedrock, invoke": WHOLE,
  },
  F56: { mistral: "its API has no reason of that kind" },
};

let turn = 0;

/** Every client where it can be had; both ways where the fault is one of how an answer is put together, else in turns. */
const table = (key: string, isBoth: boolean): (readonly [ClientName, Way])[] => {
  turn += 1;
  return CLIENTS.flatMap((client, index) =>
    WAYS.filter((way) => {
      if (!isBoth && way !== WAYS[(turn + index) % WAYS.length]) return false;
      const places = NOT_EXPRESSIBLE[key] ?? {};
      return places[client] === undefined && places[`${client}, ${way}`] === undefined;
    }).map((way) => [client, way] as const),
  );
};

/** Faults of how an answer is put together, which differs between a whole body and a stream. */
const ASSEMBLED: ReadonlySet<string> = new Set([
  "F12",
  "F13",
  "F14",
  "F17",
  "F18",
  "F19",
  "F52",
  "F53",
  "F53 end",
  "F56",
  "F59",
]);

let peer: StrictPeer;
beforeAll(async () => {
  peer = await startStrictPeer();
});
beforeEach(() => peer.reset());
afterAll(() => peer.close());

const HELLO = "Where is order 7?";

/** A fault of the first agent's, and what must come of it. */
function scenario(
  title: string,
  { key = title.slice(1, 4), ...options }: RingOptions & { readonly key?: string },
  run: (ring: Ring, way: Way) => Promise<string | void>,
): void {
  it.each(table(key, ASSEMBLED.has(key)))(`${title}: %s, %s`, async (client, way) => {
    const ring = startRing(peer, client, { ...options, way });
    const farewell = await run(ring, way);
    expectValid(peer);
    expect(peer.pending).toBe(0);
    await (typeof farewell === "string" ? expectUsable(ring, peer, farewell) : expectUsable(ring, peer));
    expect(ring.ran.filter((call) => call.startsWith("secret"))).toEqual([]);
  });
}

/** Who was asked, in order. */
const asked = () => peer.requests.map(agentOf);

const answersOf = ({ messages }: Log): ToolMessage[] => messages.filter((message) => ToolMessage.isInstance(message));

/** The turns of the last request, as text. */
const lastSeen = (): string => text(turnsOf(peer.requests.at(-1) as StrictPeer["requests"][number]));

describe("failures of the provider", () => {
  const FAILURES = [
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["500", { status: 500 }],
  ] as const;

  for (const [what, failure] of FAILURES) {
    const options: RingOptions = {
      swarm: { retry: { maxAttempts: 2, initialDelayMs: 1 } },
    };
    const fail = async (ring: Ring): Promise<void> => {
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
        await fail(ring);
        ring.says("two", "It is on its way.");
        const log = await ring.turn();
        expect(asked()).toEqual(["one", "two", "two", "two"]);
        expect(ring.ran).toEqual(['lookup {"number":7}']);
        expect([log.activeAgent, log.messages.at(-1)?.text]).toEqual(["two", "It is on its way."]);
      },
    );

    scenario(`[F02] ${what} after a handoff, then a new message goes to the target`, options, async (ring) => {
      await fail(ring);
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

  const TARGETS = [
    ["[F04] a handoff that is not allowed", "transfer_to_vault", "HANDOFF_NOT_ALLOWED"],
    ["[F05] a handoff to nobody", "transfer_to_nobody", "HANDOFF_UNKNOWN_TARGET"],
    ["[F06] a handoff to itself", "transfer_to_one", "HANDOFF_TO_SELF"],
    ["[F10] a handoff in the wrong case", "transfer_to_Two", "HANDOFF_UNKNOWN_TARGET"],
    ["[F11] a handoff with a blank behind it", "transfer_to_two ", "HANDOFF_UNKNOWN_TARGET"],
    ["[F11] a handoff with a letter that only looks right", "transfer_to_tw\u043E", "HANDOFF_UNKNOWN_TARGET"],
  ] as const;
  for (const [title, name, code] of TARGETS) {
    scenario(`${title} is answered to the model, which mends it`, {}, async (ring) => {
      ring.says("one", { calls: [{ name }] }, { calls: [to("two")] });
      ring.says("two", "Here I am.");
      const log = await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one", "two"], []]);
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
        expect(text(peer.requests.map(({ body }) => body))).not.toMatch(/xxxxx|\{"a":\{"a":/);
      },
    );
  }

  it.each(CLIENTS)("[F58] of a million characters run nothing: %s, invoke", async (client) => {
    const ring = startRing(peer, client);
    ring.says("one", { calls: [lookup(2, { args: { text: "x".repeat(1_000_001) } })] }, "It is on its way.");
    await ring.turn(HELLO);
    expect([asked(), ring.ran]).toEqual([["one", "one"], []]);
    expect(lastSeen().length).toBeLessThan(10_000);
    await expectUsable(ring, peer);
  });

  const TEXTS = ["openai-chat", "own", "openai-responses", "mistral"] as const;
  it.each(TEXTS.flatMap((client) => WAYS.map((way) => [client, way] as const)))(
    "[F58] ten thousand levels deep run nothing: %s, %s",
    async (client, way) => {
      const ring = startRing(peer, client, { way });
      const args = '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000);
      ring.says("one", { calls: [lookup(2, { args })] }, "It is on its way.");
      await ring.turn(HELLO);
      expect([asked(), ring.ran]).toEqual([["one", "one"], []]);
      await expectUsable(ring, peer);
    },
  );
});

describe("answers that end early", () => {
  const call = { text: "Let me see.", calls: [lookup(7, { args: { number: 7, note: "x".repeat(200) } })] };

  scenario("[F52] a break in the middle of a call runs nothing, and the run goes on", { key: "F52" }, async (ring) => {
    // Mistral's calls are in its last event but one: what goes before is a text alone.
    ring.says("one", { ...call, cutAfter: ring.cast.one === "mistral" ? 2 : 5 });
    const error = await ring.failure(HELLO);
    expect(error).toMatchObject({ resumable: true, retryable: true, agent: "one" });
    expect(["STREAM_INTERRUPTED", "MODEL_TRANSIENT"]).toContain(error.code);
    expect(ring.ran).toEqual([]);
    ring.says("one", "It is on its way.");
    expect((await ring.turn()).messages.at(-1)?.text).toBe("It is on its way.");
  });

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
