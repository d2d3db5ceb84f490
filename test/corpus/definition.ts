import assert from "node:assert/strict";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import { createRegistry, SwarmAgent, SwarmDefinitionError } from "../../src/index.ts";
import type { AgentSpec } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";
import type { Fault } from "./fault.ts";

/** A swarm whose agents are data, so that they may be wrong. */
function swarmOf(agents: Record<string, Partial<AgentSpec>>, entry = Object.keys(agents)[0] ?? "") {
  const modelled = Object.entries(agents).map(([name, spec]) => [
    name,
    { model: scriptedModel().say(`I am ${name}`), ...spec },
  ]);
  return new SwarmAgent({ entry, agents: Object.fromEntries(modelled) as Record<string, AgentSpec> });
}

function assertRefused(swarm: SwarmAgent<Record<string, AgentSpec>>, code: string, ...named: readonly string[]): void {
  assert.throws(
    () => swarm.compile(),
    (error) => {
      assert.ok(error instanceof SwarmDefinitionError);
      const issue = error.issues.find((one) => one.code === code);
      assert.ok(issue, `no ${code} among ${error.issues.map((one) => one.code).join(", ")}`);
      for (const name of named)
        assert.ok(`${issue.message} ${issue.hint ?? ""}`.includes(name), `"${name}" is not named`);
      return true;
    },
  );
}

const HOSTILE = ["__start__", "__end__", "a:b", "a|b", "", "   ", "constructor", "toString", "会計", "x".repeat(80)];
const CHANNELS = ["messages", "activeAgent", "handoffs", "tools"];

/** Faults of definitions: found before a run, all at once, each with its place and the way out. */
export const definitionFaults: readonly Fault[] = [
  {
    id: "F41",
    family: "definition",
    fault: "two agents with one name, the second merged in later",
    expected: "the later one replaces the earlier by rule, and nothing of the earlier one is left",
    run: async () => {
      const first = swarmOf({ a: { tools: [echo] }, b: {} });
      const second = first.extend({ agents: { a: { model: scriptedModel().say("I am new") } } });
      const { messages } = await second.compile().invoke(says());
      assert.equal(messages.at(-1)?.text, "I am new");
      assert.equal(Object.keys(second.definition.options.agents).filter((name) => name === "a").length, 1);
      assert.equal(second.definition.agents.get("a")?.spec.tools, undefined);
    },
  },
  {
    id: "F42",
    family: "definition",
    fault: "names that differ, and whose handoff tools would have one name",
    expected: "a definition error that names both, or a tool name of its own for each",
    run: async () => {
      const names = ["My Agent", "my_agent", "my-agent"];
      const { collisions } = createRegistry(names);
      for (const name of names) {
        const swarm = swarmOf({
          start: { model: scriptedModel().handoff(name), canHandoffTo: names },
          ...blank(names),
        });
        if (collisions.length > 0) {
          assertRefused(swarm, "NAME_COLLISION", ...(collisions[0] ?? []));
          continue;
        }
        assert.equal((await swarm.compile().invoke(says())).activeAgent, name);
      }
    },
  },
  {
    id: "F43",
    family: "definition",
    fault: "a handoff to an agent that is not there",
    expected: "refused, with the name that was meant",
    run: () =>
      assertRefused(
        swarmOf({ triage: { canHandoffTo: ["biling"] }, billing: {} }),
        "TARGET_UNKNOWN",
        "biling",
        "billing",
      ),
  },
  {
    id: "F44",
    family: "definition",
    fault: "fourteen hostile names",
    expected: "each is refused with a reason, or is reached by a legal tool of its own",
    run: async () => {
      for (const name of [...HOSTILE, ...CHANNELS, "__proto__"]) {
        const swarm = swarmOf(
          { start: { model: scriptedModel().handoff(name), canHandoffTo: [name] }, [name]: {} },
          "start",
        );
        if (swarm.verify().some(({ severity }) => severity === "error")) {
          assert.throws(() => swarm.compile(), SwarmDefinitionError);
          continue;
        }
        assert.match(swarm.definition.registry.toolNameOf(name) ?? "", /^[a-zA-Z0-9_-]{1,64}$/);
        assert.equal((await swarm.compile().invoke(says())).activeAgent, name);
      }
    },
  },
  {
    id: "F45",
    family: "definition",
    fault: "a user's tool that is called transfer_to_bank and is no handoff",
    expected: "it runs, as a tool",
    run: async () => {
      const paid: number[] = [];
      const pay = tool(({ amount }) => `sent ${paid.push(amount)}`, {
        name: "transfer_to_bank",
        description: "Sends money.",
        schema: z.object({ amount: z.number() }),
      });
      const model = scriptedModel().tool("transfer_to_bank", { amount: 5 }).say("done");
      await swarmOf({ a: { model, tools: [pay], canHandoffTo: ["b"] }, b: {} })
        .compile()
        .invoke(says());
      assert.deepEqual(paid, [5]);
    },
  },
  {
    id: "F46",
    family: "definition",
    fault: "a user's tool with the name of a handoff",
    expected: "refused",
    run: () => {
      const shadow = tool(() => "", { name: "transfer_to_b", description: "Shadows.", schema: z.object({}) });
      assertRefused(
        swarmOf({ a: { tools: [shadow], canHandoffTo: ["b"] }, b: {} }),
        "TOOL_IS_HANDOFF",
        "transfer_to_b",
      );
    },
  },
  {
    id: "F47",
    family: "definition",
    fault: "an agent that hands off to itself",
    expected: "refused",
    run: () => assertRefused(swarmOf({ a: { canHandoffTo: ["a"] }, b: {} }), "TARGET_SELF", "a"),
  },
  {
    id: "F48",
    family: "definition",
    fault: "an agent that nobody can get to",
    expected: "a warning that names it; the swarm still runs",
    run: async () => {
      const swarm = swarmOf({ a: { canHandoffTo: [] }, lonely: { canHandoffTo: [] } });
      const warning = swarm.verify().find(({ code }) => code === "UNREACHABLE");
      assert.equal(warning?.severity, "warning");
      assert.match(warning.path, /lonely/);
      assert.equal((await swarm.compile().invoke(says())).activeAgent, "a");
    },
  },
  {
    id: "F49",
    family: "definition",
    fault: "an entry that is no agent",
    expected: "refused, with the agents that there are",
    run: () => assertRefused(swarmOf({ triage: {}, billing: {} }, "trriage"), "ENTRY_UNKNOWN", "trriage", "triage"),
  },
  {
    id: "F77",
    family: "definition",
    fault: "two tools with one name in one agent",
    expected: "refused",
    run: () => {
      const again = tool(() => "", { name: "echo", description: "Another.", schema: z.object({}) });
      assertRefused(swarmOf({ a: { tools: [echo, again] } }), "TOOL_DUPLICATE", "echo");
    },
  },
  {
    id: "F78",
    family: "definition",
    fault: "the user's objects are changed after the swarm was made",
    expected: "the swarm is as it was, and its own data is frozen",
    run: async () => {
      const canHandoffTo = ["b"];
      const agents: Record<string, AgentSpec> = {
        a: { model: scriptedModel().handoff("c").say("no such way"), canHandoffTo },
        b: { model: scriptedModel() },
        c: { model: scriptedModel().say("reached") },
      };
      const swarm = new SwarmAgent({ entry: "a", agents });
      canHandoffTo.push("c");
      delete agents["b"];
      const result = await swarm.compile().invoke(says());
      assert.equal(result.activeAgent, "a");
      assert.ok(Object.isFrozen(swarm.definition) && Object.isFrozen(swarm.definition.agents.get("a")?.edges));
    },
  },
  {
    id: "F79",
    family: "definition",
    fault: "one agent's object in two swarms",
    expected: "each swarm wires its own copy",
    run: async () => {
      const shared: AgentSpec = { model: scriptedModel().handoff("x").handoff("y") };
      const one = swarmOf({ shared, x: {} }).compile();
      const two = swarmOf({ shared, y: {} }).compile();
      assert.equal((await one.invoke(says())).activeAgent, "x");
      assert.equal((await two.invoke(says())).activeAgent, "y");
      assert.deepEqual(Object.keys(shared), ["model"]);
    },
  },
  {
    id: "F80",
    family: "definition",
    fault: "a description over 1,024 characters, with control and invisible tag characters",
    expected: "shortened and cleaned in what models see, with a warning; refused where that is asked for",
    run: async () => {
      const description = `Money.\u0000\u{E0041}\u{E0042} ${"very ".repeat(300)}`;
      const swarm = swarmOf({ a: { canHandoffTo: ["b"] }, b: { description } });
      assert.ok(swarm.verify().some(({ code }) => code === "DESCRIPTION_LONG"));
      const { tools } = await swarm.describe("a");
      const shown = JSON.stringify(tools);
      assert.ok(shown.length < 1600);
      assert.doesNotMatch(shown, /\\u0000|[\u{E0000}-\u{E007F}]/u);
      const strict = new SwarmAgent({ ...swarm.definition.options, longDescription: "error" });
      assertRefused(strict, "DESCRIPTION_LONG", "b");
    },
  },
];

function blank(names: readonly string[]): Record<string, Partial<AgentSpec>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
