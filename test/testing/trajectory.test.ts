import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { evaluateTrajectory } from "../../src/testing/index.ts";
import type { ScriptedModel, TrajectoryStep } from "../../src/testing/index.ts";

const search = tool(() => "found", {
  name: "search",
  schema: z.object({ query: z.string(), filter: z.unknown() }).partial(),
});
const account = tool(() => "sent", { name: "transfer_to_account", schema: z.object({}) });

function swarmOf(triage: ScriptedModel, billing = scriptedModel().say("Done.").repeat()) {
  return new SwarmAgent({
    entry: "triage",
    agents: {
      triage: { model: triage, tools: [search, account], canHandoffTo: ["billing"] },
      billing: { model: billing, tools: [search], canHandoffTo: ["triage"] },
      admin: { model: scriptedModel() },
    },
  });
}

/** The only turn of the only case. */
async function turnOf(triage: ScriptedModel, expected: readonly TrajectoryStep<"triage" | "billing" | "admin">[]) {
  const { cases, score } = await evaluateTrajectory(swarmOf(triage).compile(), { cases: [{ user: "Hi", expected }] });
  expect(cases[0]?.score).toBe(score);
  return { score, ...cases[0]?.turns[0] };
}

const made = () =>
  scriptedModel().callAll([
    { tool: "search", args: { query: "tax", filter: { from: 1, to: [2, 3] } } },
    { handoff: "billing", input: { reason: "money" } },
  ]);

describe("evaluateTrajectory [B157]", () => {
  it("[B157] scores 1 for the same tools with the same arguments in the same order and the same handoffs", async () => {
    const turn = await turnOf(made(), [
      { tool: "search", args: { filter: { to: [2, 3], from: 1 }, query: "tax" } },
      { handoff: "billing" },
    ]);
    expect(turn).toMatchObject({ score: 1, isMatch: true, lastAgent: "billing", user: "Hi" });
    expect(turn.difference).toBeUndefined();
    expect(turn.taken).toEqual([
      { tool: "search", args: { query: "tax", filter: { from: 1, to: [2, 3] } } },
      { handoff: "billing", from: "triage", input: { reason: "money" } },
    ]);
  });

  it("[B157] compares arguments as parsed JSON: deep, whatever the order of their keys", async () => {
    const expected = [{ tool: "search", args: '{ "filter": {"to": [2,3], "from": 1}, "query": "tax" }' }] as const;
    expect(await turnOf(made(), [...expected, { handoff: "billing" }])).toMatchObject({ score: 1 });
    const query = () => scriptedModel().tool("search", { query: "tax" }).say("Done.");
    expect(await turnOf(query(), [{ tool: "search", args: { query: "tax", filter: undefined } }])).toMatchObject({
      score: 1,
    });
    expect(await turnOf(query(), [{ tool: "search", args: { query: "Tax" } }])).toMatchObject({
      score: 0,
      difference: 'step 1: expected search({"query":"Tax"}), got search({"query":"tax"})',
    });
    expect(await turnOf(query(), [{ tool: "search" }])).toMatchObject({ score: 0 });
    const bare = scriptedModel().tool("search").say("Done.");
    expect(await turnOf(bare, [{ tool: "search" }])).toMatchObject({ score: 1 });
  });

  it("[B157] compares lists in their order", async () => {
    const reversed = { query: "tax", filter: { from: 1, to: [3, 2] } };
    expect(await turnOf(made(), [{ tool: "search", args: reversed }, { handoff: "billing" }])).toMatchObject({
      score: 0,
      difference: expect.stringContaining("step 1"),
    });
  });

  it.each<[string, TrajectoryStep<"billing" | "triage" | "admin">[], string]>([
    [
      "a step that is missing",
      [{ tool: "search" }, { handoff: "billing" }, { tool: "search" }],
      "search({}), got nothing",
    ],
    ["a step too many", [{ tool: "search" }], 'nothing, got a handoff from "triage" to "billing"'],
    ["another order", [{ handoff: "billing" }, { tool: "search" }], 'a handoff to "billing", got search({})'],
    ["another tool", [{ tool: "find" }, { handoff: "billing" }], "find({}), got search({})"],
    ["another target", [{ tool: "search" }, { handoff: "admin" }], 'a handoff to "admin", got a handoff from "triage"'],
    [
      "another origin",
      [{ tool: "search" }, { handoff: "billing", from: "admin" }],
      'a handoff from "admin" to "billing"',
    ],
    ["another input", [{ tool: "search" }, { handoff: "billing", input: { a: 1 } }], 'to "billing" with {"a":1}, got'],
    ["a tool in place of a handoff", [{ tool: "search" }, { tool: "billing" }], "billing({}), got a handoff"],
  ])("[B157] scores 0 for %s, and says where", async (_what, expected, difference) => {
    const model = scriptedModel().tool("search").handoff("billing");
    expect(await turnOf(model, expected)).toMatchObject({
      score: 0,
      isMatch: false,
      difference: expect.stringContaining(difference),
    });
  });

  it("[B157] compares where a handoff comes from and what it carries only where that is said", async () => {
    const model = () => scriptedModel().handoff("billing", { b: 2, a: [1] });
    expect(await turnOf(model(), [{ handoff: "billing" }])).toMatchObject({ score: 1 });
    expect(await turnOf(model(), [{ handoff: "billing", from: "triage", input: { a: [1], b: 2 } }])).toMatchObject({
      score: 1,
    });
  });

  it("[B157] takes the calls of a message before its handoff, and leaves refused handoffs out", async () => {
    const model = scriptedModel()
      .handoff("admin")
      .callAll([{ handoff: "billing" }, { tool: "transfer_to_account" }]);
    expect(await turnOf(model, [{ tool: "transfer_to_account" }, { handoff: "billing" }])).toMatchObject({ score: 1 });
  });

  it("[B157] never takes malformed arguments for the expected ones", async () => {
    const model = scriptedModel()
      .callAll([{ tool: "search", rawArgs: "{oops" }])
      .say("Sorry.");
    const turn = await turnOf(model, [{ tool: "search" }]);
    expect(turn).toMatchObject({ score: 0, difference: "step 1: expected search({}), got search(malformed)" });
    expect(turn.taken).toMatchObject([{ tool: "search", malformed: expect.any(String) }]);
  });

  it("[B157] keeps the last agent over the turns of a case, and begins each case anew", async () => {
    const triage = scriptedModel().handoff("billing").handoff("billing");
    const billing = scriptedModel()
      .say("Hello.")
      .tool("search")
      .say("Found.")
      .say("Bye.")
      .say("Hello.")
      .say("No.")
      .say("Bye.");
    const turns = [
      { user: "I was charged twice", expected: [{ handoff: "billing", from: "triage" }] },
      { user: "Look it up", expected: [{ tool: "search" }] },
      { user: "Thanks", expected: [] },
    ] as const;
    const { score, cases } = await evaluateTrajectory(swarmOf(triage, billing).compile(), {
      cases: [{ turns }, { name: "the second", turns }],
    });
    expect(score).toBe(0.5);
    expect(cases).toMatchObject([
      {
        name: "case 1",
        score: 1,
        turns: [{ lastAgent: "billing" }, { isMatch: true, lastAgent: "billing" }, { taken: [] }],
      },
      {
        name: "the second",
        score: 0,
        turns: [
          { isMatch: true },
          { isMatch: false, taken: [], difference: "step 1: expected search({}), got nothing" },
          { isMatch: true },
        ],
      },
    ]);
    expect(triage.calls.map(({ messages }) => messages.filter(({ type }) => type !== "system").length)).toEqual([1, 1]);
  });

  it("[B157] leaves the swarm's own checkpointer alone", async () => {
    const checkpointer = new MemorySaver();
    const graph = swarmOf(scriptedModel().say("Hello.").repeat()).compile({ checkpointer });
    const { score } = await evaluateTrajectory(graph, { cases: [{ user: "Hi", expected: [] }] });
    expect(score).toBe(1);
    expect(checkpointer.storage).toEqual({});
    await new Session(graph, { threadId: "t" }).run("Hi");
    expect(Object.keys(checkpointer.storage)).toEqual(["t"]);
  });

  it("[B157] scores a run that fails 0, does not go on with its case, and goes on with the next", async () => {
    const broken = new Error("broken");
    const triage = scriptedModel().fail(broken).say("Hello.");
    const swarm = swarmOf(triage).override({ triage: { retry: false } });
    const { score, cases } = await evaluateTrajectory(swarm.compile(), {
      cases: [
        {
          turns: [
            { user: "Hi", expected: [] },
            { user: "Still there?", expected: [] },
          ],
        },
        { user: "Hi", expected: [] },
      ],
    });
    expect(score).toBe(0.5);
    expect(cases[0]?.turns).toMatchObject([{ isMatch: false, difference: "the run failed", error: { cause: broken } }]);
  });

  it("[B157] passes the context on", async () => {
    const seen: unknown[] = [];
    const swarm = swarmOf(scriptedModel().say("Hello.")).override({
      triage: {
        prompt: ({ context }) => {
          seen.push(context);
          return "";
        },
      },
    });
    await evaluateTrajectory(swarm.compile(), { cases: [{ user: "Hi", expected: [] }], context: { user: 7 } });
    expect(seen).toEqual([{ user: 7 }]);
  });

  it("rejects when it is aborted, before and in a run", async () => {
    const reason = new Error("stop");
    const cases = [{ user: "Hi", expected: [] }];
    const early = swarmOf(scriptedModel()).compile();
    await expect(evaluateTrajectory(early, { cases, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const aborting = new AbortController();
    const triage = scriptedModel().reply(() => {
      aborting.abort(reason);
      return { kind: "hang" };
    });
    const { signal } = aborting;
    await expect(evaluateTrajectory(swarmOf(triage).compile(), { cases, signal })).rejects.toBe(reason);
  });

  it("rejects cases that say nothing, before anything runs", async () => {
    const model = scriptedModel();
    const graph = swarmOf(model).compile();
    await expect(evaluateTrajectory(graph, { cases: [] })).rejects.toThrow(
      new RangeError("evaluateTrajectory needs at least one case"),
    );
    await expect(evaluateTrajectory(graph, { cases: [{ turns: [] }] })).rejects.toThrow(
      new RangeError('the case "case 1" has no turns'),
    );
    for (const args of ["{oops", "[1]", "null", "7"]) {
      const cases = [{ name: "tax", user: "Hi", expected: [{ tool: "search", args }] }];
      await expect(evaluateTrajectory(graph, { cases })).rejects.toThrow(
        new TypeError(`the case "tax" expects "search" with arguments that are no JSON object: ${args}`),
      );
    }
    expect(model.calls).toEqual([]);
  });
});
