import { inspect } from "node:util";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  history,
  SwarmAgent,
  swarmEvents,
  SwarmMemorySaver,
  toAgUi,
  toJsonl,
  toOpenAIChunks,
  toSequence,
  toTerminal,
} from "../../src/index.ts";
import type { AgentSpec, SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

/** What must never be seen: one for each place in which a program keeps its secrets. */
const CANARIES = {
  context: "canary-context-3f1a",
  nested: "canary-nested-90c2",
  toolField: "canary-tool-field-71d0",
  toolMetadata: "canary-tool-metadata-5b5e",
  modelField: "canary-model-field-c0de",
  modelHeaders: "canary-model-headers-11aa",
  modelBody: "canary-model-body-22bb",
  toolHeaders: "canary-tool-headers-33cc",
  functionHeaders: "canary-function-headers-44dd",
} as const;

/** An error as an HTTP client throws it, with the request that failed. */
function clientError(message: string, status: number, headers: string, body = headers): Error {
  const config = { headers: { authorization: `Bearer ${headers}` }, data: { card: body } };
  const response = { status, headers: { "set-cookie": headers }, config };
  return Object.assign(new Error(message), { status, headers: config.headers, config, request: config, response });
}

/** What the agents of one run can see: tools and prompts that read the secrets, and clients that throw with them. */
function office(last: "answers" | "fails") {
  const read: unknown[] = [];
  const fetcher = Object.assign(
    tool(
      (_args, config: { context?: { key: string } }) => {
        read.push(config.context?.key);
        return "Salary: 91,000";
      },
      { name: "fetch", description: "Fetches.", schema: z.object({}) },
    ),
    { apiKey: CANARIES.toolField, metadata: { token: CANARIES.toolMetadata } },
  );
  const broken = tool(
    () => {
      throw clientError("the bank said no", 503, CANARIES.toolHeaders);
    },
    { name: "broken", description: "Fails.", schema: z.object({}) },
  );
  const unauthorised = clientError("401 Incorrect API key provided", 401, CANARIES.modelHeaders, CANARIES.modelBody);
  const busy = clientError("503 Busy", 503, CANARIES.modelHeaders, CANARIES.modelBody);
  const clerk = Object.assign(
    scriptedModel()
      .callAll([{ tool: "fetch" }, { tool: "broken" }], "One moment.")
      .handoff("billing", { reason: "a refund" }),
    { apiKey: CANARIES.modelField, clientConfig: { apiKey: CANARIES.modelField } },
  );
  const billing = scriptedModel().fail(busy);
  if (last === "answers") billing.say("All done.");
  else billing.fail(unauthorised);
  const agents = {
    clerk: {
      model: clerk,
      tools: [fetcher, broken],
      prompt: ({ context }: { context: unknown }) => (context === undefined ? "" : "You help."),
      canHandoffTo: [{ to: "billing", history: history.briefOnly(), requiresApproval: true }],
    },
    billing: { model: billing, canHandoffTo: [] },
  } as Readonly<Record<string, AgentSpec>>;
  const diagnostics: unknown[] = [];
  const swarm = new SwarmAgent({
    entry: "clerk",
    context: z.object({ key: z.string(), db: z.object({ password: z.string() }) }),
    retry: { initialDelayMs: 0, maxAttempts: 2 },
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
    onHandoff: () => undefined,
    agents,
  });
  return { swarm, read, billing, diagnostics };
}

const context = { key: CANARIES.context, db: { password: CANARIES.nested } };
const thread = { configurable: { thread_id: "t" } };

/** Everything as text, bytes too. */
function textOf(value: unknown): string {
  const json = JSON.stringify(value, (_key, one: unknown) => {
    if (one instanceof Uint8Array) return new TextDecoder().decode(one);
    if (one instanceof Map) return [...one];
    return one instanceof Error ? { ...one, message: one.message, stack: one.stack } : one;
  });
  return json ?? "";
}

function expectNoCanary(where: string, text: string): void {
  const seen = Object.entries(CANARIES).flatMap(([name, canary]) =>
    text.includes(canary) ? [`${name} in ${where}`] : [],
  );
  expect(seen).toEqual([]);
}

/** A run with its approval, told at one granularity; what it failed with, if it did. */
async function told(granularity: "hops" | "messages" | "tokens", last: "answers" | "fails", saver: MemorySaver) {
  const parts = office(last);
  const graph = parts.swarm.compile({ checkpointer: saver });
  const published: SwarmEvent[] = [];
  const events: SwarmEvent[] = [];
  let error: unknown;
  for (const input of [says("Hello"), new Command({ resume: { approve: true } })]) {
    const options = {
      ...thread,
      context,
      granularity,
      modelCalls: true,
      publish: [(e: SwarmEvent) => void published.push(e)],
    };
    const run = swarmEvents(graph, input, options);
    try {
      for await (const event of run) events.push(event);
    } catch (thrown) {
      error = thrown;
    }
  }
  return { ...parts, graph, events, published, error };
}

describe("a secret", () => {
  for (const granularity of ["hops", "messages", "tokens"] as const) {
    for (const last of ["answers", "fails"] as const) {
      for (const Saver of [MemorySaver, SwarmMemorySaver]) {
        it(`[F39][F91][I20][S8] is in nothing that leaves a run that ${last}, told by ${granularity}, kept by ${Saver.name}`, async () => {
          const saver = new Saver();
          const { graph, events, published, error, read, diagnostics, swarm } = await told(granularity, last, saver);
          expect(read).toEqual([CANARIES.context]);
          expect(events.at(-1)?.type).toBe(last === "answers" ? "run.done" : "run.error");
          // What is not secret is there: the places are read as deep as they go.
          const checkpoints = textOf([
            saver.storage,
            saver.writes,
            inspect(saver, { depth: 12, maxStringLength: null }),
          ]);
          for (const text of [textOf(events), checkpoints]) expect(text).toContain("the bank said no");
          expectNoCanary("events", textOf([events, published]));
          expectNoCanary("JSONL", [...toJsonl(events)].join("\n"));
          expectNoCanary("AG-UI", textOf([...toAgUi(events)]));
          expectNoCanary("OpenAI", textOf([...toOpenAIChunks(events, { model: "m" })]));
          expectNoCanary("drawings", textOf([[...toSequence(events)], [...toTerminal(events)], swarm.toMermaid()]));
          expectNoCanary("checkpoints", checkpoints);
          expectNoCanary("state", textOf((await graph.getState(thread)).values));
          expectNoCanary("diagnostics", textOf([diagnostics, swarm.verify()]));
          if (last === "answers") expect(error).toBeUndefined();
          else {
            const thrown = error as Error;
            expect(inspect(thrown)).toMatch(/"code":"MODEL_REJECTED"[^]*cause.*401 Incorrect API key/);
            expectNoCanary(
              "error",
              [thrown.message, thrown.stack, String(thrown), textOf(thrown), inspect(thrown)].join("\n"),
            );
          }
        });
      }
    }
  }

  it("[I21][F40][S9] of one agent's history is in no request to another, where the edge keeps it", async () => {
    const { billing, events } = await told("tokens", "answers", new MemorySaver());
    expect(billing.calls).toHaveLength(2);
    expect(textOf(billing.calls.map(({ messages }) => messages))).not.toMatch(/91,000|One moment|the bank said no/);
    const prompts = events.filter(({ type, agent }) => type === "model.started" && agent === "billing");
    expect(prompts.length).toBeGreaterThan(0);
    expect(textOf(prompts)).not.toMatch(/91,000|One moment|the bank said no/);
  });

  it("[I21][S9] of a history stays with its agent over every later edge and turn", async () => {
    const secret = "canary-private-66ff";
    const lookup = tool(() => secret, { name: "lookup", description: "Looks up.", schema: z.object({}) });
    const b = scriptedModel().handoff("c").say("b again");
    const c = scriptedModel().say("c here").handoff("b");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: {
          model: scriptedModel().tool("lookup", {}, { text: "I look." }).handoff("b"),
          tools: [lookup],
          canHandoffTo: [{ to: "b", history: history.sinceHandoff() }],
        },
        b: { model: b, canHandoffTo: [{ to: "c", history: history.briefOnly() }] },
        c: { model: c, canHandoffTo: [{ to: "b", history: history.briefOnly() }] },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says("Go"), thread);
    await graph.invoke(says("And now?"), thread);
    expect(b.calls.length + c.calls.length).toBe(4);
    expect(textOf([b.calls.map(({ messages }) => messages), c.calls.map(({ messages }) => messages)])).not.toContain(
      secret,
    );
  });
});

/** Arguments that would pollute prototypes, as a provider's JSON has them. */
const anyArgs = fc.oneof(
  fc.constantFrom(
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"a":{"__proto__":{"polluted":1},"toString":1}}',
    '[{"__proto__":{"polluted":1}}]',
  ),
  fc.json({ maxDepth: 3 }),
);

/** Freezes an object and what it is made of, as far as it is plain. */
function deepFreeze<T extends object>(value: T): T {
  for (const one of Object.values(value)) {
    const isPlain = Array.isArray(one) || Object.getPrototypeOf(one) === Object.prototype;
    if (typeof one === "object" && one !== null && isPlain) deepFreeze(one as object);
  }
  return Object.freeze(value);
}

describe("what is the user's or everybody's", () => {
  it(
    "[F34][I19][S10] stays as it was: prototypes, agents, tools and lists, whatever a model's arguments hold",
    { timeout: 60_000 },
    async () => {
      const prototypes = [Object.prototype, Array.prototype, Function.prototype, Map.prototype, Promise.prototype];
      const look = () =>
        prototypes.map((one) =>
          Object.entries(Object.getOwnPropertyDescriptors(one)).map(([key, { value }]) => [key, value as unknown]),
        );
      const before = look();
      await fc.assert(
        fc.asyncProperty(fc.array(anyArgs, { minLength: 1, maxLength: 4 }), async (texts) => {
          const work = tool((args) => JSON.stringify(args), {
            name: "work",
            description: "Works.",
            schema: z.object({}).loose(),
          });
          const calls = texts.flatMap((rawArgs) => [
            { tool: "work", args: asRecord(rawArgs) },
            { tool: "work", rawArgs },
            { tool: "transfer_to_b", args: asRecord(rawArgs) },
          ]);
          const agents = deepFreeze({
            a: {
              model: scriptedModel().callAll(calls).say("done").repeat(),
              tools: [work],
              canHandoffTo: [{ to: "b" }],
            },
            b: { model: scriptedModel().say("b").repeat(), input: z.object({}).loose(), canHandoffTo: [] },
          }) as Readonly<Record<string, AgentSpec>>;
          const swarm = new SwarmAgent({ entry: "a", agents });
          const { messages } = await swarm.compile({ checkpointer: new MemorySaver() }).invoke(says(), thread);
          expect(messages.length).toBeGreaterThan(2);
          expect(Object.isFrozen(swarm.definition)).toBe(true);
          expect(({} as { polluted?: number }).polluted).toBeUndefined();
        }),
        { numRuns: 40 },
      );
      expect(look()).toEqual(before);
    },
  );
});

function asRecord(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
