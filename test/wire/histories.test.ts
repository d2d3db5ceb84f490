// oxlint-disable vitest/no-standalone-expect -- `shows` makes the tests.
import { AIMessage, RemoveMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { history, SwarmAgent } from "../../src/index.ts";
import type { AgentSpec } from "../../src/index.ts";
import { CLIENTS, clientFor, profileOf } from "./clients.ts";
import type { ClientName } from "./clients.ts";
import { agentOf, expectUsable, expectValid, lookup, startRing, text, to, turnsOf, WAYS } from "./ring.ts";
import type { Ring, RingOptions, Way } from "./ring.ts";
import { startStrictPeer } from "./strict-peer/strict-peer.ts";
import type { PeerRequest, StrictPeer } from "./strict-peer/strict-peer.ts";

/*
 * Not expressible: thoughts that have to come back [B84] are OpenAI's Responses', Anthropic's and Gemini's; the other
 * clients' are not signed, or not sent back. Everything else is run against every client.
 */

let peer: StrictPeer;
beforeAll(async () => {
  peer = await startStrictPeer();
});
beforeEach(() => peer.reset());
afterAll(() => peer.close());

const FIRST = "Where is order 7?";
const SECOND = "And the other one?";

/** Something about histories, shown with every client as the first agent, its successors as the others. */
function shows(
  title: string,
  options: RingOptions,
  run: (ring: Ring, way: Way) => Promise<void>,
  clients: readonly ClientName[] = CLIENTS,
): void {
  const table = clients.map((client, index) => [client, WAYS[(index + title.length) % WAYS.length] as Way] as const);
  it.each(table)(`${title}: %s, %s`, async (client, way) => {
    const ring = startRing(peer, client, { ...options, way });
    await run(ring, way);
    expectValid(peer);
    expect(peer.pending).toBe(0);
    await expectUsable(ring, peer);
  });
}

const asked = () => peer.requests.map(agentOf);

/** The turns of the n-th request from the end, as text. */
const seen = (fromEnd = 1): string => text(turnsOf(peer.requests.at(-fromEnd) as PeerRequest));

/** How often a text stands in another. */
const count = (whole: string, part: string): number => whole.split(part).length - 1;

/** The user asks, the first agent uses its tool and hands over, the second answers. */
async function handOver(ring: Ring, words: { text?: string } = {}) {
  ring.says("one", { calls: [lookup()] }, { ...words, calls: [to("two")] });
  ring.says("two", "Here I am.");
  return ring.turn(FIRST);
}

describe("a handoff", () => {
  const VIEWS = [
    ["left out", {}, 0],
    ["answered", { swarm: { view: "answer" } }, 2],
    ["of a history of its own", { two: { history: history.custom((earlier) => earlier.slice(1)) } }, 0],
  ] as const;
  for (const [what, options, calls] of VIEWS) {
    shows(`[B79] ${what} leaves a request that is valid`, options, async (ring) => {
      const log = await handOver(ring);
      expect([asked(), log.activeAgent]).toEqual([["one", "one", "two"], "two"]);
      // The call, and where providers repeat the name, its answer.
      expect(count(seen(), "transfer_to_two") > 0).toBe(calls > 0);
    });
  }

  shows("[B80] is not in what the target sees, and stays in the log", {}, async (ring) => {
    const { messages } = await handOver(ring, { text: "Over to two." });
    expect(seen()).not.toContain("transfer_to_");
    const calls = messages.flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []));
    expect(calls.map(({ name }) => name)).toEqual(["lookup", "transfer_to_two"]);
  });

  shows("[B81] alone in its message takes the message with it", {}, async (ring) => {
    ring.says("one", { calls: [to("two")] });
    ring.says("two", "Here I am.");
    await ring.turn(FIRST);
    const turns = turnsOf(peer.requests.at(-1) as PeerRequest).filter(({ role }) => role !== "system");
    expect(turns).toHaveLength(1);
    expect(text(turns)).toContain(FIRST);
  });

  shows("[B82] is answered on the wire, and nowhere else", { swarm: { view: "answer" } }, async (ring) => {
    const { messages } = await handOver(ring);
    expect(seen()).toContain("Transferred to two.");
    expect(text(messages)).not.toContain("Transferred to two.");
    expect(await ring.checkpoints()).not.toContain("Transferred to two.");
  });

  for (const view of ["drop", "answer"] as const) {
    shows(`[B83] and the way back leave the first agent's calls right (${view})`, { swarm: { view } }, async (ring) => {
      await handOver(ring);
      ring.says("two", { calls: [to("three")] });
      ring.says("three", { text: "Back.", calls: [to("one")] });
      ring.says("one", { calls: [lookup(8)] }, "It is there.");
      const log = await ring.turn(SECOND);
      expect([log.activeAgent, ring.ran]).toEqual(["one", ['lookup {"number":7}', 'lookup {"number":8}']]);
      expect(count(seen(), "It is on its way.")).toBe(2);
    });
  }
});

describe("thoughts", () => {
  const THINKERS = ["openai-responses", "anthropic", "gemini"] as const;
  shows(
    "[B84] stay with their call, for their own maker alone",
    { clients: { reasoning: true } },
    async (ring) => {
      ring.says("one", { reasoning: "First.", calls: [lookup(7)] });
      ring.says("one", { reasoning: "Second.", calls: [to("two")] });
      ring.says("two", "Here I am.");
      await ring.turn(FIRST);
      const [, own, others] = peer.requests.map((request) => text(turnsOf(request)));
      expect(own).toContain("First.");
      expect(own).toMatch(/"(?:Eq0|Ci0|rs_0|gAAAA)\w*"/);
      expect(others).not.toMatch(/First\.|Second\./);
      ring.says("two", { calls: [to("three")] });
      ring.says("three", { calls: [to("one")] });
      ring.says("one", "It is there.");
      await ring.turn(SECOND);
      // A thought is never without its call: to its own maker it goes with the handoff, which is answered; elsewhere neither.
      for (const request of peer.requests) {
        const turns = text(turnsOf(request));
        expect(turns.includes("Second.")).toBe(turns.includes("transfer_to_two"));
        expect(turns.includes("Second.")).toBe(turns.includes("Transferred to two."));
        if (agentOf(request) !== "one") expect(turns).not.toMatch(/First\.|Second\./);
      }
      expect(seen()).toContain("Second.");
    },
    THINKERS,
  );
});

/** The role of a turn, by whichever name. */
function roleOf({ role, type }: Readonly<Record<string, unknown>>): string {
  return typeof role === "string" ? role : String(type);
}

describe("the turns of a request", () => {
  shows("[B85] end with one to answer, and alternate where the provider wants it", {}, async (ring) => {
    await handOver(ring, { text: "I hand you over." });
    ring.says("two", { text: "One moment.", calls: [lookup(8)] }, { text: "Well, three knows.", calls: [to("three")] });
    ring.says("three", "I know.");
    await ring.turn(SECOND);
    for (const request of peer.requests) {
      const roles = turnsOf(request).map(roleOf);
      expect(["user", "tool", "function", "function_call_output"]).toContain(roles.at(-1));
      if (["anthropic", "bedrock", "gemini"].includes(request.profile)) expect(roles[0]).toBe("user");
      // Anthropic puts turns of one role together itself.
      if (request.profile !== "bedrock" && request.profile !== "gemini") continue;
      expect(roles.filter((role, index) => role === roles[index - 1])).toEqual([]);
    }
  });

  const TRIMMED = [
    ["the last turn", history.lastTurns(1), []],
    ["the last two turns", history.lastTurns(2), [SECOND]],
    ["a slice through the middle of a pair", history.custom((earlier) => earlier.slice(2)), []],
    ["a slice that ends in a pair", history.custom((earlier) => earlier.slice(0, 2)), [FIRST]],
  ] as const;
  for (const [what, policy, kept] of TRIMMED) {
    shows(`[B86] of ${what} hold whole pairs`, { two: { history: policy } }, async (ring) => {
      ring.says("one", { calls: [lookup(1), lookup(2)] }, "It is on its way.");
      await ring.turn(FIRST);
      ring.says("one", { calls: [lookup(3)] }, "That too.");
      await ring.turn(SECOND);
      ring.says("one", { calls: [to("two")] });
      ring.says("two", "Here I am.");
      await ring.turn("Give me two.");
      for (const part of kept) expect(seen()).toContain(part);
    });
  }
});

describe("a run that is aborted", () => {
  for (const next of ["a new message", "nothing new"] as const) {
    it.each(CLIENTS)(`[B87] between a call and its result is mended by ${next}: %s`, async (client) => {
      const controller = new AbortController();
      let runs = 0;
      const slow = tool(
        async () => {
          runs += 1;
          if (runs > 1) return "It is on its way.";
          setTimeout(() => controller.abort(new Error("stopped")), 1);
          return new Promise<string>(() => {});
        },
        { name: "lookup", description: "Looks an order up.", schema: z.object({ number: z.number() }) },
      );
      const ring = startRing(peer, client, { one: { tools: [slow] } });
      ring.says("one", { calls: [lookup()] });
      const config = { configurable: { thread_id: "1" }, signal: controller.signal };
      await expect(ring.graph.invoke({ messages: [{ role: "user", content: FIRST }] }, config)).rejects.toThrow(
        "stopped",
      );
      ring.says("one", "I am here.");
      const log = await ring.turn(next === "a new message" ? "Hello?" : undefined);
      expectValid(peer);
      expect(log.messages.at(-1)?.text).toBe("I am here.");
      expect(runs).toBe(next === "a new message" ? 1 : 2);
      if (next === "a new message") expect(seen()).toContain("was interrupted");
      else expect(seen()).toContain("It is on its way.");
    });
  }
});

describe("what an agent sees", () => {
  shows("[B88] is its own system prompt and all that was said", {}, async (ring) => {
    await handOver(ring, { text: "Over to two." });
    ring.says("two", { calls: [to("three")] });
    ring.says("three", "I know.");
    await ring.turn(SECOND);
    for (const request of peer.requests) {
      expect(text(request.body).match(/You are \w+\./g)).toEqual([`You are ${agentOf(request)}.`]);
    }
    const whole = text(peer.requests.at(-1)?.body);
    for (const said of [FIRST, "It is on its way.", "Here I am.", SECOND]) expect(whole).toContain(said);
  });

  shows("[B88] is less where a policy says so", { two: { history: history.withoutTools() } }, async (ring) => {
    await handOver(ring);
    expect(seen()).toContain(FIRST);
    expect(text(peer.requests.at(-1)?.body)).not.toContain("It is on its way.");
  });
});

describe("messages and their ids", () => {
  shows("[B89] are there once after a way back", {}, async (ring) => {
    await handOver(ring);
    ring.says("two", { calls: [to("three")] });
    ring.says("three", { calls: [to("one")] });
    ring.says("one", "Back again.");
    const { messages } = await ring.turn(SECOND);
    const ids = messages.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const said of [FIRST, SECOND]) expect(count(seen(), said)).toBe(1);
  });

  shows("[B89] that come again are not taken twice, and a new one is", {}, async (ring) => {
    ring.says("one", "It is on its way.", "That too.");
    const config = { configurable: { thread_id: "1" } };
    const first = { role: "user", content: FIRST, id: "u1" };
    const { messages } = await ring.graph.invoke({ messages: [first] }, config);
    await ring.graph.invoke({ messages: [...messages, { role: "user", content: SECOND, id: "u2" }] }, config);
    const log = await ring.state();
    expect(log.messages.map(({ text: said }) => said)).toEqual([FIRST, "It is on its way.", SECOND, "That too."]);
    for (const said of [FIRST, SECOND]) expect(count(seen(), said)).toBe(1);
  });

  shows("[B89] that are removed leave no half of a pair", {}, async (ring) => {
    ring.says("one", { calls: [lookup(1), lookup(2)] }, "Both are.");
    const { messages } = await ring.turn(FIRST);
    const result = messages.find(({ type }) => type === "tool");
    const config = { configurable: { thread_id: "1" } };
    await ring.graph.updateState(config, { messages: [new RemoveMessage({ id: String(result?.id) })] }, "one");
    ring.says("one", "Still here.");
    await ring.turn(SECOND);
    expect(seen()).toContain("not executed");
  });
});

describe("[B90] tool messages that are removed", () => {
  const policy = { two: { history: history.withoutAnsweredTools() } };

  shows("[B90] are those of a sequence that was answered", policy, async (ring) => {
    ring.says("one", { calls: [lookup(1)] }, { calls: [lookup(2)] }, "Both are on their way.");
    await ring.turn(FIRST);
    ring.says("one", { text: "Over.", calls: [to("two")] });
    ring.says("two", "Here I am.");
    await ring.turn(SECOND);
    expect(seen()).not.toContain("It is on its way.");
    expect(seen()).toContain("Both are on their way.");
  });

  shows("[B90] are not those of one that nobody has answered yet", policy, async (ring) => {
    ring.says("one", { calls: [lookup(1)] }, "The first is.");
    await ring.turn(FIRST);
    ring.says("one", { calls: [lookup(2)] }, { calls: [to("two")] });
    ring.says("two", "Here I am.");
    await ring.turn(SECOND);
    // Each sequence for itself: the second is kept, the first is not.
    expect(count(seen(), "It is on its way.")).toBe(1);
    expect(seen()).toContain("The first is.");
  });
});

/** The agents of the long conversation, in the order in which they are spoken to; each hands to the next. */
const STATIONS = [
  ["alpha", "openai-chat"],
  ["beta", "anthropic"],
  ["gamma", "mistral"],
  ["delta", "openai-responses"],
  ["epsilon", "gemini"],
] as const satisfies readonly (readonly [string, ClientName])[];

describe("one long conversation over five providers and back", () => {
  const fact = (who: string) =>
    tool(({ number }: { number: number }) => `Fact ${number} of ${who}.`, {
      name: "lookup",
      description: "Looks something up.",
      schema: z.object({ number: z.number() }),
    });

  /** Who thinks, where the provider has it: Mistral's has no thoughts beside calls that come back. */
  const THINKS: ReadonlySet<ClientName> = new Set(["anthropic", "openai-responses", "gemini"]);

  it.each(
    WAYS.flatMap((way) =>
      [false, true].flatMap((reasoning) =>
        (["drop", "answer"] as const).map((view) => [way, reasoning, view] as const),
      ),
    ),
  )("is valid at each of them: %s, thoughts: %s, view: %s", async (way, reasoning, view) => {
    const next = (index: number) => STATIONS[(index + 1) % STATIONS.length]?.[0] as string;
    const agents: Record<string, AgentSpec> = {};
    for (const [index, [name, client]] of STATIONS.entries()) {
      agents[name] = {
        model: clientFor(client, peer, { reasoning }),
        prompt: `You are ${name}.`,
        description: `Station ${index}.`,
        tools: [fact(name)],
        canHandoffTo: [next(index), "mute"],
      };
    }
    // One that has neither tools nor anybody to hand to.
    agents["mute"] = { model: clientFor("openai-chat", peer), prompt: "You are mute.", canHandoffTo: [] };
    const graph = new SwarmAgent({ entry: "alpha", agents, view, retry: false }).compile({
      checkpointer: new MemorySaver(),
    });
    const config = { configurable: { thread_id: "1" } };
    const say = async (content: string) => {
      const input = { messages: [{ role: "user", content }] };
      if (way === "invoke") await graph.invoke(input, config);
      else for await (const _ of await graph.stream(input, { ...config, streamMode: ["messages"] })) continue;
      const { values } = await graph.getState(config);
      return values as { messages: { text: string }[]; activeAgent: string; handoffs: { status: string }[] };
    };

    const expected: string[] = [];
    const route = [...STATIONS, STATIONS[0]];
    for (const [index, [name, client]] of route.entries()) {
      const thought = reasoning && THINKS.has(client) ? { reasoning: `${name} thinks.` } : {};
      const target = next(index % STATIONS.length);
      // The first of two turns: a tool, then a handoff that is not allowed beside another tool's call, then words.
      peer.script(
        profileOf(client),
        { ...thought, text: "Let me see.", calls: [lookup(1), lookup(2)] },
        { ...thought, calls: [to("nobody"), lookup(3)] },
        { ...thought, text: `${name} answers ${index}.` },
      );
      const first = await say(`Question ${index} to ${name}.`);
      expect([first.activeAgent, first.messages.at(-1)?.text]).toEqual([name, `${name} answers ${index}.`]);
      expected.push(name, name, name);
      if (index === route.length - 1) break;
      // The second: two handoffs, of which the first goes.
      peer.script(profileOf(client), { ...thought, calls: [lookup(4), to(target), to("mute")] });
      const [, nextClient] = route[index + 1] as (typeof STATIONS)[number];
      peer.script(profileOf(nextClient), `${target} greets ${index}.`);
      const second = await say(`Give me another, ${name}.`);
      expect([second.activeAgent, second.messages.at(-1)?.text]).toEqual([target, `${target} greets ${index}.`]);
      expected.push(name, target);
    }
    peer.script("openai-chat", { calls: [to("mute")] }, "I have no tools.");
    const last = await say("Is there anybody without tools?");
    expected.push("alpha", "mute");
    expectValid(peer);
    expect(peer.pending).toBe(0);
    expect(peer.requests.map(({ body }) => /You are (\w+)\./.exec(text(body))?.[1])).toEqual(expected);
    expect([last.activeAgent, last.messages.at(-1)?.text]).toEqual(["mute", "I have no tools."]);
    const statuses = last.handoffs.map(({ status }) => status);
    expect(
      ["done", "refused", "dropped"].map((wanted) => statuses.filter((status) => status === wanted).length),
    ).toEqual([STATIONS.length + 1, route.length, STATIONS.length]);
    const request = peer.requests.at(-1) as PeerRequest;
    // No tool messages without tools; what was found is told as a note.
    expect(turnsOf(request).map(roleOf)).not.toContain("tool");
    expect(request.body).not.toHaveProperty("tools");
    for (const [name] of STATIONS) expect(text(request.body)).toContain(`Fact 1 of ${name}.`);
    if (reasoning) expect(text(turnsOf(request))).not.toContain("thinks.");
  });
});
