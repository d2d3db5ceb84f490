import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { deployedResume } from "../../src/compile/compatible-resume.ts";
import { checkpointOf } from "../../src/compile/resume.ts";
import { APPROVAL_NODE } from "../../src/define/node-names.ts";
import { SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

describe("the checkpoint that is asked for", () => {
  it.each([
    [undefined, { thread_id: "t" }],
    ["", { thread_id: "t" }],
    [7, { thread_id: "t" }],
    ["c1", { thread_id: "t", checkpoint_id: "c1" }],
  ])("is by the id %j", (checkpointId, place) => {
    expect(checkpointOf({ threadId: "t", checkpointId })).toEqual(place);
  });

  it("is where a routing function is asked again, not at the thread's newest", async () => {
    let isBroken = true;
    const route = () => {
      if (isBroken) throw new Error("the rota cannot be read");
      return "b";
    };
    const model = scriptedModel().say("thinking").repeat();
    const other = scriptedModel().say("b answers").repeat();
    const checkpointer = new MemorySaver();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, route }, b: { model: other } } }).compile({
      checkpointer,
    });
    await expect(graph.invoke(says("One"), thread)).rejects.toMatchObject({ code: "ROUTE_FAILED" });
    const broken = (await graph.getState(thread)).config;
    isBroken = false;
    await graph.invoke(says("Two"), thread);
    const { messages } = await graph.invoke(null, broken as typeof thread);
    expect(shape(messages)).toEqual(["human: One", "ai: thinking", "ai: b answers"]);
  });
});

describe("a run that goes on after a deploy", () => {
  type Stored = Record<string, unknown>;

  /** What a run with this input comes to, on a thread that stores these channels, and where it was looked for. */
  async function goOn(
    stored: Stored | undefined,
    input: unknown = null,
    { checkpointId }: { checkpointId?: unknown } = {},
  ) {
    const looked: unknown[] = [];
    const getTuple = async (config: unknown) => {
      looked.push(config);
      return stored && { checkpoint: { channel_values: stored } };
    };
    const tools = [echo];
    const model = scriptedModel().say("Hi").repeat();
    const swarm = new SwarmAgent({
      entry: "front",
      aliases: { desk: "front", shop: "till" },
      agents: { front: { model }, till: { model, tools } },
    });
    const place = { definition: swarm.definition, checkpointer: { getTuple }, threadId: "t", checkpointId };
    const came = await deployedResume(input, place as never).catch((error: unknown) => error);
    return { came, looked };
  }

  const stoppedAt = (...nodes: string[]): Stored =>
    Object.fromEntries(nodes.map((node) => [`branch:to:${node}`, true]));
  const goto = ({ came }: { came: unknown }) => (came as Command).goto;

  it("with anything else than null or an answer is left alone, unread", async () => {
    for (const input of [says(), "text", new Command({ update: {} }), new Command({ resume: null as never })]) {
      const { came, looked } = await goOn(stoppedAt("gone"), input);
      expect(came).toBe(input);
      expect(looked).toEqual([]);
    }
  });

  it("goes on as it is where its node still stands, or nothing is stored", async () => {
    for (const stored of [undefined, {}, stoppedAt("till"), stoppedAt("gone", "till"), { messages: [] }]) {
      expect((await goOn(stored)).came).toBeNull();
    }
  });

  it.each([
    ["an agent that is gone", "gone", "front"],
    ["an agent that has another name", "shop", "till"],
    ["tools whose agent has another name", "shop.tools", "till.tools"],
    ["tools whose agent has another name, and no tools", "desk.tools", "front"],
    ["tools whose agent is gone", "gone.tools", "front"],
    ["tools that an agent of today no longer has", "front.tools", "front"],
    ["an approval that no edge asks for", APPROVAL_NODE, "front"],
  ])("at %s goes on at who that is today", async (_what, node, today) => {
    expect(goto(await goOn(stoppedAt(node)))).toEqual([today]);
  });

  it("at an approval that no edge asks for goes back to who wanted it", async () => {
    const handoffs = [{ id: "m:c", from: "shop", to: "front", status: "pending", callId: "c", messageId: "m", at: "" }];
    expect(goto(await goOn({ ...stoppedAt(APPROVAL_NODE), handoffs }))).toEqual(["till"]);
  });

  it("refuses an answer to a question whose node is gone", async () => {
    const { came } = await goOn(stoppedAt("shop"), new Command({ resume: "yes" }));
    expect(came).toMatchObject({
      code: "INTERRUPT_MISMATCH",
      threadId: "t",
      details: { pending: [], node: "shop" },
      message: expect.stringContaining('go on at "till"') as string,
    });
  });

  it("looks at the checkpoint that is asked for", async () => {
    const { looked } = await goOn({}, null, { checkpointId: "c1" });
    expect(looked).toEqual([{ configurable: { thread_id: "t", checkpoint_id: "c1", checkpoint_ns: "" } }]);
  });
});
