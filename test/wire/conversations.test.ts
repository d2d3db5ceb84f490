import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { ProfileName } from "../../src/types.ts";
import { CLIENTS, clientFor, profileOf } from "./clients.ts";
import type { ClientName } from "./clients.ts";
import type { ScriptedAnswer, ScriptedCall } from "./strict-peer/reply.ts";
import { startStrictPeer } from "./strict-peer/strict-peer.ts";
import type { PeerRequest, StrictPeer } from "./strict-peer/strict-peer.ts";

let peer: StrictPeer;
beforeEach(async () => {
  peer = await startStrictPeer();
});
afterEach(() => peer.close());

type Way = "invoke" | "stream";

/** Who plays whom, and how. */
interface Cast {
  readonly triage: ClientName;
  readonly billing: ClientName;
  readonly way: Way;
  readonly reasoning?: boolean;
}

const invoice = tool(() => "The invoice is for 42 euros.", {
  name: "invoice",
  description: "Finds an invoice.",
  schema: z.object({ number: z.number() }),
});
const customer = tool(() => "The customer is Ada.", {
  name: "customer",
  description: "Finds a customer.",
  schema: z.object({ session: z.string() }),
});

const FIRST = "How much is invoice 7?";
const SECOND = "And who am I?";

const toBilling = { name: "transfer_to_billing", args: { reason: "an invoice" } };
const toTriage = { name: "transfer_to_triage", args: { reason: "another question" } };
const find = { name: "invoice", args: { number: 7 } };

/** How the handoffs come: alone, with words, or beside a call of another tool. */
const STYLES = {
  silent: {},
  spoken: { text: "One moment, please." },
  busy: { calls: [{ name: "customer", args: { session: "s1" } }] },
} as const satisfies Record<string, ScriptedAnswer>;
type Style = keyof typeof STYLES;

/**
 * A conversation of two turns: the first goes from triage to billing, which uses its tool and answers; the second goes
 * back to triage, which answers. Gives the log at its end.
 */
async function converse({ triage, billing, way, reasoning = false }: Cast, style: Style) {
  const say = (client: ClientName, answer: ScriptedAnswer) =>
    peer.script(profileOf(client), { ...answer, ...(reasoning && { reasoning: `${client} thinks.` }) });
  const handOff = (call: ScriptedCall): ScriptedAnswer => {
    const { calls = [], ...rest }: ScriptedAnswer = STYLES[style];
    return { ...rest, calls: [...calls, call] };
  };
  say(triage, handOff(toBilling));
  say(billing, { calls: [find] });
  say(billing, { text: "42 euros." });
  say(billing, handOff(toTriage));
  say(triage, { text: "You are Ada." });

  const graph = new SwarmAgent({
    entry: "triage",
    agents: {
      triage: {
        model: clientFor(triage, peer, { reasoning }),
        prompt: "You are triage.",
        description: "Everything else.",
        tools: [customer],
        retry: false,
      },
      billing: {
        model: clientFor(billing, peer, { reasoning }),
        prompt: "You are billing.",
        description: "Invoices.",
        tools: [invoice, customer],
        retry: false,
      },
    },
  }).compile({ checkpointer: new MemorySaver() });
  const config = { configurable: { thread_id: "1" } };
  for (const content of [FIRST, SECOND]) {
    const input = { messages: [{ role: "user", content }] };
    if (way === "invoke") await graph.invoke(input, config);
    else for await (const _ of await graph.stream(input, { ...config, streamMode: ["messages"] })) continue;
  }
  const { values } = await graph.getState(config);
  return values as {
    messages: BaseMessage[];
    activeAgent: string;
    handoffs: { from: string; to: string; status: string }[];
  };
}

/** Which agent a request is of. */
function agentOf({ body }: PeerRequest): string | undefined {
  return /You are (triage|billing)\./.exec(JSON.stringify(body))?.[1];
}

/** The turns of a request, without its tools and its system prompt where that stands apart. */
function turnsOf({ profile, body }: PeerRequest): Readonly<Record<string, unknown>>[] {
  const key = { "openai-responses": "input", gemini: "contents" }[profile as string] ?? "messages";
  return body[key] as Readonly<Record<string, unknown>>[];
}

/** Whether a turn is the user's or a tool's. */
function isToAnswer({ role, type }: Readonly<Record<string, unknown>>): boolean {
  return ["user", "tool", "function"].includes(String(role)) || type === "function_call_output";
}

const text = (value: unknown): string => JSON.stringify(value);

/** What every such conversation shows, whoever speaks. */
function expectSound(log: Awaited<ReturnType<typeof converse>>, { triage, billing, way }: Cast): void {
  expect(peer.requests.flatMap(({ problems }) => problems)).toEqual([]);
  expect(peer.requests.map((request) => [agentOf(request), request.profile, request.status])).toEqual([
    ["triage", profileOf(triage), 200],
    ["billing", profileOf(billing), 200],
    ["billing", profileOf(billing), 200],
    ["billing", profileOf(billing), 200],
    ["triage", profileOf(triage), 200],
  ]);
  // Mistral's client always streams where a call can be aborted.
  for (const { profile, streams } of peer.requests) expect(streams).toBe(way === "stream" || profile === "mistral");
  expect(peer.pending).toBe(0);
  expect(peer.requests.map((request) => isToAnswer(turnsOf(request).at(-1) ?? {}))).toEqual(
    peer.requests.map(() => true),
  );
  expect(log.handoffs.map(({ from, to, status }) => [from, to, status])).toEqual([
    ["triage", "billing", "done"],
    ["billing", "triage", "done"],
  ]);
  expect([log.activeAgent, log.messages.at(-1)?.text]).toEqual(["triage", "You are Ada."]);
  const [, first, second, third, last] = peer.requests.map(turnsOf).map(text);
  expect(first).toContain(FIRST);
  expect(second).toContain("The invoice is for 42 euros.");
  expect(third).toContain(SECOND);
  for (const said of [FIRST, SECOND, "The invoice is for 42 euros.", "42 euros."]) expect(last).toContain(said);
}

/** What proves a thought, or names a thing on one server only. */
const MARKS = /"(?:Eq0|Ci0|gAAAA0|rs_0|fc_0|msg_|resp_0|chatcmpl-)[\w-]*"/g;

/** Nothing that another client's server has made, and that means something there only, is in an agent's requests. */
function expectNothingForeign({ messages }: Awaited<ReturnType<typeof converse>>): void {
  for (const request of peer.requests) {
    const own = text(messages.filter(({ name }) => name === agentOf(request)));
    for (const mark of text(turnsOf(request)).match(MARKS) ?? []) expect(own).toContain(mark);
  }
}

const WAYS: readonly Way[] = ["invoke", "stream"];
const STYLE_NAMES = Object.keys(STYLES) as Style[];

/** Every client with every one of `others`, both ways; the styles take turns, so that each client meets all of them. */
function castings<T extends ClientName>(clients: readonly T[], others: (triage: T) => readonly ClientName[]) {
  const casts = clients.flatMap((triage) =>
    others(triage).flatMap((billing) => WAYS.map((way) => ({ triage, billing, way }))),
  );
  return casts.map((cast, index) => ({ ...cast, style: STYLE_NAMES[index % STYLE_NAMES.length] as Style }));
}

describe("a conversation of two agents", () => {
  it.each(castings(CLIENTS, () => CLIENTS))(
    "is valid at every provider: $triage -> $billing, $way, $style",
    async ({ style, ...cast }) => {
      const log = await converse(cast, style);
      expectSound(log, cast);
      // The handoffs are nobody's business on the wire: no request holds a call of one.
      for (const request of peer.requests) expect(text(turnsOf(request))).not.toMatch(/"transfer_to_/);
      if (profileOf(cast.triage) !== profileOf(cast.billing)) expectNothingForeign(log);
      const asked = text(peer.requests[1]?.body);
      if (style === "spoken") expect(asked).toContain("One moment, please.");
      if (style === "busy") expect(asked).toContain("The customer is Ada.");
    },
  );
});

/** Clients whose thoughts are signed or named, and have to come back. */
const THINKERS = ["openai-responses", "anthropic", "gemini"] as const satisfies readonly ProfileName[];

const thinking = THINKERS.flatMap((triage) =>
  WAYS.flatMap((way) => STYLE_NAMES.map((style) => ({ triage, way, style }))),
);

describe("thoughts", () => {
  it.each(thinking)("go back to their own provider: $triage, $way, $style", async ({ triage, way, style }) => {
    const cast = { triage, billing: triage, way, reasoning: true };
    const log = await converse(cast, style);
    expectSound(log, cast);
    const [, , second] = peer.requests.map(turnsOf).map(text);
    // While a tool is used, the thought that led to it is asked for.
    const led = log.messages.find((message) => "tool_calls" in message && text(message).includes('"invoice"'));
    const marks = (text(led).match(MARKS) ?? []).filter((mark) => /^"(?:Eq|Ci|rs_)/.test(mark));
    expect(marks).not.toEqual([]);
    for (const mark of marks) expect(second).toContain(mark);
    expect(second).toContain(`${triage} thinks.`);
  });

  const strangersOf = (triage: ClientName) => CLIENTS.filter((other) => other !== triage && other !== "bedrock");

  it.each(castings(THINKERS, strangersOf))(
    "do not go to another: $triage -> $billing, $way, $style",
    async ({ style, ...cast }) => {
      const log = await converse({ ...cast, reasoning: true }, style);
      expectSound(log, cast);
      expectNothingForeign(log);
      for (const request of peer.requests) {
        const other = agentOf(request) === "triage" ? cast.billing : cast.triage;
        expect(text(request.body)).not.toContain(`${other} thinks.`);
      }
    },
  );
});

describe("a failure that passes", () => {
  const ask = async (client: ClientName, way: Way): Promise<string | undefined> => {
    const model = clientFor(client, peer);
    const graph = new SwarmAgent({ entry: "one", agents: { one: { model, retry: { initialDelayMs: 1 } } } }).compile();
    const input = { messages: [{ role: "user", content: FIRST }] };
    if (way === "invoke") return (await graph.invoke(input)).messages.at(-1)?.text;
    let last: unknown;
    for await (const values of await graph.stream(input, { streamMode: "values" })) last = values;
    return (last as { messages: BaseMessage[] }).messages.at(-1)?.text;
  };
  const table = CLIENTS.flatMap((client) => WAYS.map((way) => [client, way] as const));

  it.each(table.filter(([client]) => client !== "bedrock"))(
    "is tried again by the swarm: %s, %s",
    async (client, way) => {
      const failures = [{ status: 429, headers: { "retry-after": "0" } }, { status: 500 }];
      peer.script(profileOf(client), ...failures, "42 euros.");
      expect(await ask(client, way)).toBe("42 euros.");
      expect(peer.requests.map(({ status }) => status)).toEqual([429, 500, 200]);
    },
  );

  // The clients of the others end the process or take the half for the whole: see the peer's own tests.
  it.each(["openai-chat", "own", "openai-responses", "anthropic"] as const)("is a cut: %s", async (client) => {
    peer.script(profileOf(client), { text: "It is 4", cutAfter: 2 }, "42 euros.");
    expect(await ask(client, "invoke")).toBe("42 euros.");
    expect(peer.requests).toHaveLength(2);
  });
});
