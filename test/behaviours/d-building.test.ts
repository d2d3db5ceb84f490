import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent, SwarmDefinitionError } from "../../src/index.ts";
import type { Agents, SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";

const model = scriptedModel();

/** A swarm whose names the compiler does not know, as one built at run time. */
function build(agents: Agents, options: Partial<SwarmOptions> = {}) {
  return new SwarmAgent({ entry: Object.keys(agents)[0] ?? "none", ...options, agents });
}

function codes(agents: Agents, options: Partial<SwarmOptions> = {}): string[] {
  return build(agents, options)
    .verify()
    .map(({ code }) => code);
}

async function handoffsOf(agents: Agents, agent: string): Promise<unknown[]> {
  const { tools } = await build(agents).describe(agent);
  return tools
    .map((tool) => (tool as { function: { name: string } }).function.name)
    .filter((name) => name.startsWith("transfer_to_"));
}

function nodesOf(swarm: SwarmAgent<Agents>): string[] {
  return Object.keys(swarm.compile().nodes)
    .filter((name) => name !== "__start__")
    .toSorted();
}

describe("building a swarm", () => {
  it("[B32] refuses a swarm without agents", () => {
    expect(codes({})).toEqual(["NO_AGENTS"]);
    expect(() => build({}).compile()).toThrow(/at least one agent/);
  });

  it("[B33] refuses an entry that is no agent, and lists the agents", () => {
    const swarm = build({ triage: { model }, billing: { model } }, { entry: "triag" });
    expect(() => swarm.compile()).toThrow(SwarmDefinitionError);
    expect(() => swarm.compile()).toThrow(/"triag".*"triage", "billing".*Did you mean "triage"/s);
  });

  it("[B34] runs a single agent, which answers and ends", async () => {
    const graph = build({ a: { model: scriptedModel().say("Hello!") } }).compile();
    const { outcome, messages } = await graph.invoke(says());
    expect(outcome).toMatchObject({ kind: "answered", agent: "a", path: ["a"] });
    expect(messages.at(-1)?.text).toBe("Hello!");
  });

  it("[B35] offers exactly the named targets, in that order", async () => {
    const agents = { a: { model, canHandoffTo: ["c", "b"] }, b: { model }, c: { model }, d: { model } };
    await expect(handoffsOf(agents, "a")).resolves.toEqual(["transfer_to_c", "transfer_to_b"]);
  });

  it("[B36] offers all others where nothing is named, never itself", async () => {
    const agents = { a: { model }, b: { model }, c: { model } };
    await expect(handoffsOf(agents, "b")).resolves.toEqual(["transfer_to_a", "transfer_to_c"]);
  });

  it("[B37][B40] offers nothing to a terminal agent", async () => {
    await expect(handoffsOf({ a: { model }, b: { model, canHandoffTo: [] } }, "b")).resolves.toEqual([]);
  });

  it("[B38] describes a target by its description, else by its name", async () => {
    const { tools } = await build({
      a: { model },
      b: { model, description: "Refunds." },
      c: { model },
    }).describe("a");
    expect(tools).toMatchObject([
      { function: { description: "Refunds." } },
      { function: { description: "Transfer the conversation to c." } },
    ]);
  });

  it("[B39] adds handoffs to an agent's own tools, and to none", async () => {
    const agents = { a: { model, tools: [echo] }, b: { model } };
    const { tools } = await build(agents).describe("a");
    expect(tools).toMatchObject([{ function: { name: "echo" } }, { function: { name: "transfer_to_b" } }]);
    await expect(handoffsOf(agents, "b")).resolves.toEqual(["transfer_to_a"]);
  });

  it("[B41] makes a node per agent that runs its own model with its own prompt", async () => {
    const a = scriptedModel().handoff("b");
    const b = scriptedModel().say("done");
    const swarm = build({ a: { model: a, prompt: "You are A." }, b: { model: b, prompt: "You are B." } });
    expect(nodesOf(swarm)).toEqual(["a", "b"]);
    await swarm.compile().invoke(says());
    expect(a.calls[0]?.messages[0]?.text).toBe("You are A.");
    expect(b.calls[0]?.messages[0]?.text).toMatch(/^You are B\./);
  });

  it("[B42] passes LangGraph's options on", async () => {
    const checkpointer = new MemorySaver();
    const graph = build({ a: { model: scriptedModel().say("hi") } }).compile({
      checkpointer,
      interruptBefore: ["a"],
      name: "mine",
    });
    expect(graph.checkpointer).toBe(checkpointer);
    expect(graph.name).toBe("mine");
    const config = { configurable: { thread_id: "1" } };
    const starts: string[] = [];
    await graph.invoke(says(), { ...config, callbacks: [{ handleChainStart: () => void starts.push("start") }] });
    expect((await graph.getState(config)).next).toEqual(["a"]);
    expect(starts.length).toBeGreaterThan(0);
    expect(() => build({ a: { model } }).compile({ interruptBefore: ["nobody"] })).toThrow(/nobody/);
  });

  it("[B43] compiles twice to the same nodes, with and without tools", async () => {
    const swarm = build({
      a: { model: scriptedModel().handoff("b").handoff("b"), tools: [echo] },
      b: { model: scriptedModel().say("1").say("2") },
    });
    const nodes = nodesOf(swarm);
    expect(nodes).toEqual(["a", "a.tools", "b"]);
    expect(nodesOf(swarm)).toEqual(nodes);
    await swarm.compile().invoke(says());
    expect((await swarm.compile().invoke(says())).activeAgent).toBe("b");
  });

  it("[B44] refuses an unknown target, with the nearest name", () => {
    const swarm = build({ triage: { model, canHandoffTo: ["wirter"] }, writer: { model } });
    expect(() => swarm.compile()).toThrow(/agents\.triage\.canHandoffTo\[0\].*"wirter".*Did you mean "writer"\?/s);
  });

  it("[B45] refuses a handoff to oneself", () => {
    expect(codes({ a: { model, canHandoffTo: ["a"] } })).toContain("TARGET_SELF");
  });

  it("[B46] counts a target once that is named twice, and says so", async () => {
    const agents = { a: { model, canHandoffTo: ["b", "b"] }, b: { model } };
    expect(codes(agents)).toEqual(["TARGET_DUPLICATE"]);
    await expect(handoffsOf(agents, "a")).resolves.toEqual(["transfer_to_b"]);
  });

  it.each([
    ["__start__", "NAME_RESERVED"],
    ["__end__", "NAME_RESERVED"],
    ["constructor", "NAME_RESERVED"],
    ["toString", "NAME_RESERVED"],
    ["a:b", "NAME_RESERVED"],
    ["a|b", "NAME_RESERVED"],
    ["other.tools", "NAME_RESERVED"],
    ["handoff.approval", "NAME_RESERVED"],
    ["", "NAME_EMPTY"],
    ["   ", "NAME_EMPTY"],
    ["messages", "NAME_IS_CHANNEL"],
    ["activeAgent", "NAME_IS_CHANNEL"],
    ["line\nbreak", "NAME_CONTROL"],
    ["x".repeat(201), "NAME_LONG"],
  ])("[B47] refuses the name %j (%s)", (name, code) => {
    expect(codes({ other: { model }, [name]: { model } })).toEqual([code]);
  });

  it("[B47] refuses __proto__, which an object literal would swallow", () => {
    const agents = JSON.parse('{ "a": {}, "__proto__": {} }') as Agents;
    expect(codes({ a: { model }, ...agents })).toContain("AGENT_WITHOUT_MODEL");
    expect(codes({ a: { model }, __proto__: { model } } as unknown as Agents)).toContain("NAME_RESERVED");
  });

  it("[B48] routes names of any case, with and without explicit targets", async () => {
    for (const canHandoffTo of [undefined, ["lower"]]) {
      const swarm = build({
        UPPER: { model: scriptedModel().handoff("lower"), ...(canHandoffTo && { canHandoffTo }) },
        lower: { model: scriptedModel().handoff("MiXed") },
        MiXed: { model: scriptedModel().say("here") },
      });
      expect((await swarm.compile().invoke(says())).activeAgent).toBe("MiXed");
    }
  });

  it("[B49] keeps names apart that differ in case alone", async () => {
    const swarm = (target: string) =>
      build({
        entry: { model: scriptedModel().handoff(target) },
        sales: { model: scriptedModel().say("lower") },
        Sales: { model: scriptedModel().say("upper") },
      });
    expect((await swarm("sales").compile().invoke(says())).activeAgent).toBe("sales");
    expect((await swarm("Sales").compile().invoke(says())).activeAgent).toBe("Sales");
  });

  it("[B50] takes one agent object into two swarms, and changes neither it nor its tools", async () => {
    const tools = [echo];
    const shared = { model, tools, description: "Shared." };
    const before = { ...shared };
    const one = build({ shared, onlyHere: { model } });
    const two = build({ shared, onlyThere: { model } });
    one.compile();
    two.compile();
    const names = async (swarm: typeof one) => JSON.stringify((await swarm.describe("shared")).tools);
    expect(await names(one)).not.toContain("onlyThere");
    expect(await names(two)).not.toContain("onlyHere");
    expect(shared).toEqual(before);
    expect(tools).toEqual([echo]);
    tools.push(echo);
    expect(one.verify()).toEqual([]);
  });

  it("[B51] refuses a tool with the name of a handoff, and names both", () => {
    const impostor = Object.assign(Object.create(Object.getPrototypeOf(echo) as object), echo, {
      name: "transfer_to_b",
    }) as typeof echo;
    const swarm = build({ a: { model, tools: [impostor] }, b: { model } });
    expect(() => swarm.compile()).toThrow(/"transfer_to_b" of agent "a".*handoff to "b"/s);
    expect(codes({ a: { model, tools: [echo, echo] } })).toEqual(["TOOL_DUPLICATE"]);
  });

  it("[B52] warns of an agent that nobody hands off to", () => {
    const seen: unknown[] = [];
    const agents = { a: { model, canHandoffTo: [] }, lonely: { model, canHandoffTo: [] } };
    build(agents, { onDiagnostic: (diagnostic) => seen.push(diagnostic) }).compile();
    expect(seen).toMatchObject([{ code: "UNREACHABLE", severity: "warning", path: "agents.lonely" }]);
  });

  it("[B53] allows cycles, also when they are declared afterwards", async () => {
    const first = build({ a: { model, canHandoffTo: [] } });
    const swarm = first.extend({
      agents: {
        a: { model: scriptedModel().handoff("b").say("back"), canHandoffTo: ["b"] },
        b: { model: scriptedModel().handoff("a"), canHandoffTo: ["a"] },
      },
    });
    const { outcome } = await swarm.compile().invoke(says());
    expect(outcome.path).toEqual(["a", "b", "a"]);
    expect(first.definition.agents.size).toBe(1);
  });

  it("[B54] has the edges of the five-agent finance swarm", () => {
    const swarm = build({
      finance: { model, canHandoffTo: ["ecb", "web"] },
      ecb: { model, canHandoffTo: ["graph", "calculator"] },
      web: { model, canHandoffTo: ["graph", "calculator"] },
      graph: { model, canHandoffTo: [] },
      calculator: { model, canHandoffTo: [] },
    });
    const edges = [...swarm.definition.agents.values()].flatMap(({ name, edges: own }) =>
      own.map(({ to }) => `${name}>${to}`),
    );
    expect(edges).toEqual(["finance>ecb", "finance>web", "ecb>graph", "ecb>calculator", "web>graph", "web>calculator"]);
    expect(swarm.verify()).toEqual([]);
  });

  it("lists every problem at once", () => {
    const swarm = build(
      { a: { canHandoffTo: ["a", "x"] }, b: { model: 7 as never }, c: { graph: {} as never } },
      {
        entry: "nobody",
        limits: { onLimit: "trow", maxTurns: -1 },
        aliases: { old: "zz", a: "b" },
        retry: { statuses: [999], maxAttempts: 0 },
      },
    );
    expect(swarm.verify().map(({ code }) => code)).toEqual([
      "ENTRY_UNKNOWN",
      "AGENT_WITHOUT_MODEL",
      "MODEL_INVALID",
      "GRAPH_INVALID",
      "TARGET_SELF",
      "TARGET_UNKNOWN",
      "LIMIT_INVALID",
      "ON_LIMIT_UNKNOWN",
      "RETRY_STATUS_INVALID",
      "RETRY_ATTEMPTS_INVALID",
      "ALIAS_UNKNOWN",
      "ALIAS_SHADOWS",
    ]);
  });
});
