import { Annotation, Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { promptOf, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** A swarm whose first agent may hand off to the second one with an approval. */
function swarmOf(first: string, second: string, more: Partial<SwarmOptions> = {}) {
  const model = scriptedModel().handoff(second).say(`${first} answers`).repeat();
  const target = scriptedModel().say(`${second} answers`).repeat();
  const swarm = new SwarmAgent({
    entry: first,
    agents: { [first]: { model, canHandoffTo: [{ to: second, requiresApproval: true }] }, [second]: { model: target } },
    ...more,
  } as SwarmOptions);
  return { swarm, model };
}

/** A thread that waits for an approval of `a -> b`. */
async function waiting(): Promise<MemorySaver> {
  const checkpointer = new MemorySaver();
  await swarmOf("a", "b").swarm.compile({ checkpointer }).invoke(says(), thread);
  return checkpointer;
}

const approve = new Command({ resume: { approve: true } });
const deny = new Command({ resume: { approve: false } });

describe("an approval that is decided after a deploy", () => {
  it("lets the handoff through where the agent that wanted it is gone", async () => {
    const graph = swarmOf("desk", "b").swarm.compile({ checkpointer: await waiting() });
    const { activeAgent, handoffs } = await graph.invoke(approve, thread);
    expect(activeAgent).toBe("b");
    expect(handoffs).toMatchObject([{ from: "a", to: "b", status: "done", approval: "granted" }]);
  });

  it("goes to the entry where it is denied and the agent that wanted it is gone", async () => {
    const graph = swarmOf("desk", "b").swarm.compile({ checkpointer: await waiting() });
    const { activeAgent, handoffs } = await graph.invoke(deny, thread);
    expect(activeAgent).toBe("desk");
    expect(handoffs).toMatchObject([
      { from: "a", status: "refused", code: "HANDOFF_DENIED" },
      { from: "desk", status: "pending" },
    ]);
  });

  it("goes to the target's new name", async () => {
    const { swarm } = swarmOf("a", "billing", { aliases: { b: "billing" } });
    const { activeAgent, handoffs } = await swarm.compile({ checkpointer: await waiting() }).invoke(approve, thread);
    expect(activeAgent).toBe("billing");
    expect(handoffs).toMatchObject([{ to: "billing", status: "done" }]);
  });

  it("is an error where the swarm wants one for agents that are gone", async () => {
    const { swarm } = swarmOf("a", "billing", { onUnknownAgent: "error" });
    const graph = swarm.compile({ checkpointer: await waiting() });
    await expect(graph.invoke(approve, thread)).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN" });
  });
});

describe("the approval's node", () => {
  it("ends quietly where a command leads there and nothing waits", async () => {
    const { swarm, model } = swarmOf("a", "b");
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const { handoffs } = await graph.invoke(new Command({ goto: "handoff.approval" }), thread);
    expect(handoffs).toEqual([]);
    expect(model.calls).toHaveLength(0);
  });
});

describe("an input", () => {
  it("may write the user's channels without saying anything", async () => {
    const model = scriptedModel().say("In Oslo it rains.").say("In Rome it does not.");
    const swarm = new SwarmAgent({
      entry: "a",
      state: Annotation.Root({ city: Annotation<string>() }),
      agents: { a: { model, prompt: ({ state }) => `The city is ${String(state["city"])}.` } },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ ...says("Weather?"), city: "Oslo" }, thread);
    const { messages, city } = await graph.invoke({ city: "Rome" }, thread);
    expect(city).toBe("Rome");
    expect(shape(messages)).toEqual(["human: Weather?", "ai: In Oslo it rains.", "ai: In Rome it does not."]);
    expect(shape(promptOf(model, 2)).at(-1)).toBe("human: Please go on.");
  });

  it("that says nothing at all is an error which tells how to begin", async () => {
    const { swarm } = swarmOf("a", "b", { state: Annotation.Root({ city: Annotation<string>() }) });
    await expect(swarm.compile().invoke({ city: "Oslo" })).rejects.toMatchObject({ code: "NO_USER_TURN", agent: "a" });
  });
});

describe("the state's schema", () => {
  it.each([[{}], [null], ["city"]])("is refused where it is %j", (state) => {
    expect(() => swarmOf("a", "b", { state }).swarm.compile()).toThrow(/\[STATE_INVALID\]/);
  });
});
