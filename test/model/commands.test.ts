import { Command, MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import type { Agents } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { EMPTY } from "./reference.ts";
import type { Reply } from "./reference.ts";
import { Decide, Fork, GoOn, Move, Note, plan, Rename, Restart, Say } from "./steps.ts";
import type { Model, Real, Step } from "./steps.ts";
import { said, World } from "./world.ts";

const anyCall = fc.oneof(
  { weight: 3, arbitrary: fc.record({ handoff: fc.constantFrom("a", "b", "c") }) },
  { weight: 3, arbitrary: fc.record({ tool: fc.constantFrom("work_a", "work_b", "work_c") }) },
  { weight: 1, arbitrary: fc.constantFrom({ handoff: "ghost" }, { tool: "ghost" }) },
);

const anyReply: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ calls: fc.tuple(anyCall) }) },
  { weight: 4, arbitrary: fc.record({ calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.constantFrom("well", "") }) },
  { weight: 1, arbitrary: fc.constantFrom("fail" as const, "hang" as const) },
);

const anyScript = fc.array(anyReply, { maxLength: 6 });
const anyDecision = fc.constantFrom(true, true, false, { to: "b" }, { to: "ghost" });

const anyCommand: fc.Arbitrary<Step>[] = [
  anyScript.map((script) => new Say(script)),
  anyScript.map((script) => new Say(script)),
  anyScript.map((script) => new GoOn(script)),
  anyScript.map((script) => new GoOn(script)),
  fc.tuple(anyDecision, anyScript).map(([decision, script]) => new Decide(decision, script)),
  fc.tuple(anyDecision, anyScript).map(([decision, script]) => new Decide(decision, script)),
  fc.tuple(anyDecision, anyScript).map(([decision, script]) => new Decide(decision, script)),
  fc.constantFrom("a", "b", "c", "ghost").map((to) => new Move(to)),
  fc.constant(new Note()),
  fc.constant(new Restart()),
  fc.constantFrom("a", "b", "c").map((agent) => new Rename(agent)),
  fc.tuple(fc.nat(9), anyScript).map(([at, script]) => new Fork(at, script)),
];

async function expectModel(saver: "memory" | "delta", commands: Iterable<Step>): Promise<void> {
  const setup = () => ({
    model: { thread: EMPTY, ran: [], past: [] } as Model,
    real: { world: new World(plan, saver), checkpoints: [] } as Real,
  });
  await fc.asyncModelRun(setup, commands);
}

const hand = (...to: string[]): Reply => ({ calls: to.map((handoff) => ({ handoff })) });
const both: Reply = { calls: [{ tool: "work_a" }, { handoff: "c" }, { handoff: "b" }] };

/** What the property comes to seldom, named. */
const SCENARIOS: readonly (readonly [string, readonly Step[]])[] = [
  ["is let after a restart", [new Say([both]), new Restart(), new Decide(true, [])]],
  ["is let once its target has a new name", [new Say([hand("c")]), new Rename("c"), new Decide(true, [])]],
  ["is refused once who asked has a new name", [new Say([hand("c")]), new Rename("a"), new Decide(false, [])]],
  [
    "is sent elsewhere once who asked has a new name",
    [new Say([hand("c")]), new Rename("a"), new Decide({ to: "b" }, [])],
  ],
  ["is let, fails, and goes on", [new Say([hand("c")]), new Decide(true, ["fail"]), new Rename("c"), new GoOn([])]],
  ["is let, is aborted, and is talked to", [new Say([hand("c")]), new Decide(true, ["hang"]), new Say([])]],
  ["is passed over by a message", [new Say([hand("c")]), new Say([])]],
  ["is decided otherwise in a fork", [new Say([hand("c")]), new Decide(true, []), new Fork(0, [hand("b")])]],
];

describe("a thread, whatever is done to it", () => {
  it.each(SCENARIOS)("[I02][I12][I13] whose approval %s", async (_name, commands) => {
    await expectModel("memory", commands);
    await expectModel("delta", commands);
  });

  it("[I13] whose caller gets a new name before its handoff is approved has the answer all the same", async () => {
    const checkpointer = new MemorySaver();
    const deploy = (caller: string, model: ScriptedModel) =>
      new SwarmAgent({
        entry: caller,
        aliases: caller === "a" ? {} : { a: caller },
        agents: {
          [caller]: { model, canHandoffTo: [{ to: "w", returns: true, requiresApproval: true }] },
          w: { model: scriptedModel().say("worked"), canHandoffTo: [] },
        } as Agents,
      }).compile({ checkpointer });
    const thread = { configurable: { thread_id: "t" } };
    await deploy("a", scriptedModel().handoff("w")).invoke(said("Go"), thread);
    const resumed = deploy("b", scriptedModel().say("thanks"));
    const { messages, activeAgent } = await resumed.invoke(new Command({ resume: { approve: true } }), thread);
    expect([activeAgent, messages.slice(-2).map(({ text }) => text)]).toEqual(["b", ["worked", "thanks"]]);
  });

  it(
    "[I02][I03][I04][I07][I08][I09][I10][I11][I12][I13] goes as the reference interpreter says",
    { timeout: 240_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("memory" as const, "delta" as const),
          fc.noBias(fc.commands(anyCommand, { maxCommands: 40, size: "max" })),
          expectModel,
        ),
        { numRuns: 60 },
      );
    },
  );
});
