import assert from "node:assert/strict";
import { assertCount, assertDone, assertValid, GRAPHS } from "../fault.ts";
import type { PeerFault } from "../fault.ts";
import { call, say } from "../script.ts";
import type { AgentScript, Seen, SwarmScript, ToolScript } from "../script.ts";
import { reasonOf } from "../system.ts";
import type { Conversation, System } from "../system.ts";

const HOSTILE = ["__start__", "__end__", "a:b", "a|b", "", "   ", "__proto__", "constructor", "toString", "会計"];
const LONG_OR_TAKEN = ["x".repeat(80), "tools", "messages", "activeAgent"];

/** The conversation, or the sentence with which the definition is refused. */
async function startOrRefuse(system: System, swarm: SwarmScript): Promise<Conversation | string> {
  try {
    return await system.start(swarm);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Refused when it is built, or, where a library looks at it only then, by its first run. */
async function assertRefused(system: System, swarm: SwarmScript, named: RegExp): Promise<void> {
  const started = await startOrRefuse(system, swarm);
  const refusal = typeof started === "string" ? started : (await started.send("Go")).error;
  assert.ok(refusal !== undefined, "the definition is accepted without a word");
  assert.match(refusal, named, `it is refused with: ${refusal}`);
}

/** Refused with a reason, or every agent can be reached by a legal tool of its own. */
async function assertRefusedOrReached(system: System, names: readonly string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    const take = ({ tools }: Seen) => call({ name: tools[index] ?? "" });
    const agents: AgentScript[] = names.map((one) => ({ name: one, model: () => say(`reached ${one}`) }));
    const started = await startOrRefuse(system, { agents: [{ name: "start", model: take, to: names }, ...agents] });
    if (typeof started === "string") {
      assert.ok(started.length > 10, `${JSON.stringify(name)} is refused without a reason`);
      continue;
    }
    try {
      assertDone(await started.send("Go"), { text: `reached ${name}`, active: name });
      assertValid(started);
    } catch (error) {
      assert.fail(`agent ${JSON.stringify(name.slice(0, 20))}: ${reasonOf(error)}`);
    }
  }
}

const named = (name: string, more: Partial<AgentScript> = {}): AgentScript => ({ name, ...more });

/** Faults of definitions. */
export const definitionFaults: readonly PeerFault[] = [
  {
    id: "F41",
    async play(system) {
      const start = named("start", { model: ({ tools }) => call({ name: tools[0] ?? "" }), to: ["b"] });
      const agents = [start, named("b", { model: () => say("b") }), named("b", { model: () => say("b") })];
      const started = await startOrRefuse(system, { agents });
      if (typeof started === "string") return;
      assertDone(await started.send("Go"), { text: "b", active: "b" });
      assertValid(started);
    },
  },
  { id: "F42", play: (system) => assertRefusedOrReached(system, ["My Agent", "my_agent", "My_Agent"]) },
  {
    id: "F43",
    systems: GRAPHS,
    play: (system) =>
      assertRefused(system, { agents: [named("triage", { to: ["biling"] }), named("billing")] }, /biling/),
  },
  {
    id: "F44",
    async play(system) {
      for (const name of [...HOSTILE, ...LONG_OR_TAKEN]) await assertRefusedOrReached(system, [name]);
    },
  },
  {
    id: "F45",
    async play(system) {
      let paid = 0;
      const pay: ToolScript = { name: "transfer_to_bank", run: () => `sent ${(paid += 1)}` };
      const model = [call({ name: "transfer_to_bank" }), say("done")];
      const conversation = await system.start({ agents: [named("a", { model, tools: [pay], to: ["b"] }), named("b")] });
      assertDone(await conversation.send("Go"), { text: "done", active: "a" });
      assertCount("the tool ran", paid, 1);
      assertValid(conversation);
    },
  },
  {
    id: "F46",
    play: (system) => {
      const shadow: ToolScript = { name: "transfer_to_b", run: () => "" };
      const agents = [named("a", { tools: [shadow], to: ["b"] }), named("b")];
      return assertRefused(system, { agents }, /transfer_to_b/);
    },
  },
  { id: "F47", play: (system) => assertRefused(system, { agents: [named("a", { to: ["a"] }), named("b")] }, /\ba\b/) },
  {
    id: "F48",
    systems: GRAPHS,
    async play(system) {
      const { warnings } = await system.start({ agents: [named("a"), named("lonely")] });
      assert.ok(
        warnings.some((warning) => warning.includes("lonely")),
        "nothing says that nobody can get to the agent",
      );
    },
  },
  {
    id: "F49",
    systems: GRAPHS,
    play: (system) =>
      assertRefused(system, { entry: "trriage", agents: [named("triage"), named("billing")] }, /trriage/),
  },
  {
    id: "F77",
    play: (system) => {
      const echo: ToolScript = { name: "echo", run: () => "" };
      return assertRefused(system, { agents: [named("a", { tools: [echo, { ...echo }] })] }, /echo/);
    },
  },
];
