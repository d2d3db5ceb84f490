import { SwarmAgent, SwarmMemorySaver } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";

/** Dies before a checkpoint, as a process does that is killed after its last step's writes and before their checkpoint. */
class Dying extends SwarmMemorySaver {
  dieAt: string | undefined;

  override async put(...[config, checkpoint, metadata]: Parameters<SwarmMemorySaver["put"]>) {
    const messages = checkpoint.channel_values["messages"] as { text: string }[] | undefined;
    if (this.dieAt !== undefined && messages?.at(-1)?.text === this.dieAt) throw new Error("killed");
    return super.put(config, checkpoint, metadata);
  }
}

const thread = { configurable: { thread_id: "t" }, durability: "sync" as const };

async function left() {
  const model = scriptedModel().say("one").say("two");
  const checkpointer = new Dying();
  const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer });
  checkpointer.dieAt = "one";
  await graph.invoke({ messages: "1?" }, thread).catch(() => {});
  checkpointer.dieAt = undefined;
  return graph;
}

const textsOf = ({ messages }: { readonly messages: readonly { readonly text: string }[] }): readonly string[] =>
  messages.map(({ text }) => text);

describe("a run that its process left before its last checkpoint, without an engine", () => {
  it("is seen by the state's tasks, not by what is next", async () => {
    const { next, tasks } = await (await left()).getState(thread);
    expect([next, tasks.length]).toEqual([[], 1]);
  });

  it("is ended by invoke(null), before the next message", async () => {
    const graph = await left();
    expect(textsOf(await graph.invoke(null, thread))).toEqual(["1?", "one"]);
    expect(textsOf(await graph.invoke({ messages: "2?" }, thread))).toEqual(["1?", "one", "2?", "two"]);
  });

  it("is given up by the next message, with what its last step had come to", async () => {
    const graph = await left();
    expect(textsOf(await graph.invoke({ messages: "2?" }, thread))).toEqual(["1?", "2?", "two"]);
  });
});
