import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { upstreamSaver } from "./upstream.ts";

/** A graph whose state is the words that it was told, in order. */
function words(checkpointer: BaseCheckpointSaver) {
  const State = Annotation.Root({
    words: Annotation<string[], string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
  });
  return new StateGraph(State)
    .addNode("listen", () => ({}))
    .addEdge(START, "listen")
    .addEdge("listen", END)
    .compile({ checkpointer });
}

const thread = { configurable: { thread_id: "t" } };

/** Says something, goes back to before it, and says something else: what the run returned, and what is read back. */
async function fork(checkpointer: BaseCheckpointSaver): Promise<{ returned: string; readBack: string }> {
  const graph = words(checkpointer);
  await graph.invoke({ words: ["base"] }, thread);
  const { config } = await graph.getState(thread);
  await graph.invoke({ words: ["ORIGINAL"] }, thread);
  const returned = await graph.invoke({ words: ["FORKED"] }, config);
  const { values } = await graph.getState(thread);
  return { returned: returned.words.join(), readBack: (values as typeof returned).words.join() };
}

describe.each(KINDS)("a fork on %s", (kind) => {
  let backend: Backend;
  beforeEach(async () => {
    backend = await createBackend(kind);
  });
  afterEach(() => backend.remove());

  it("[I13] reads back what the run returned", async () => {
    expect(await fork(await backend.open())).toEqual({ returned: "base,FORKED", readBack: "base,FORKED" });
  });

  it("[I13] goes on with a thread that LangGraph's saver wrote", async () => {
    const saver = await backend.open();
    const old = upstreamSaver(backend);
    await words(old.saver).invoke({ words: ["old"] }, thread);
    await words(old.saver).invoke({ words: ["older"] }, thread);
    await old.close();
    const graph = words(saver);
    await graph.invoke({ words: ["new"] }, thread);
    expect((await graph.invoke({ words: ["newer"] }, thread)).words).toEqual(["old", "older", "new", "newer"]);
    expect((await graph.getState(thread)).values).toEqual({ words: ["old", "older", "new", "newer"] });
  });

  it("[I13] reads every branch back as it was written, whatever the order", { timeout: 60_000 }, async () => {
    const saver = await backend.open();
    const graph = words(saver);
    let threads = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { minLength: 2, maxLength: 8 }), async (from) => {
        threads += 1;
        const known: { config: Parameters<typeof graph.getState>[0]; words: string[] }[] = [
          { config: { configurable: { thread_id: `t-${threads}` } }, words: [] },
        ];
        for (const [index, choice] of from.entries()) {
          const parent = known[choice % known.length];
          if (parent === undefined) throw new Error("there is no branch to go on from");
          // The first entry is the thread itself: it stands for its newest state.
          const base = parent === known[0] ? (known.at(-1) ?? parent) : parent;
          await graph.invoke({ words: [`${index}`] }, parent.config);
          const { config } = await graph.getState({ configurable: { thread_id: `t-${threads}` } });
          known.push({ config, words: [...base.words, `${index}`] });
        }
        const states = await Promise.all(known.slice(1).map(({ config }) => graph.getState(config)));
        expect(states.map(({ values }) => (values as { words: string[] }).words)).toEqual(
          known.slice(1).map((branch) => branch.words),
        );
      }),
      { numRuns: 12 },
    );
  });
});

describe("LangGraph's own PostgresSaver", () => {
  it("reads another branch's value back after a fork: why versions are unique here", async () => {
    const backend = await createBackend("postgres");
    const old = upstreamSaver(backend);
    try {
      await backend.open();
      expect(await fork(old.saver)).toEqual({ returned: "base,FORKED", readBack: "base,ORIGINAL" });
    } finally {
      await old.close();
      await backend.remove();
    }
  });
});
