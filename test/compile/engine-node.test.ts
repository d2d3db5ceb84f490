import { RunnableSequence } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { tool } from "@langchain/core/tools";
import {
  Annotation,
  Command,
  getConfig,
  getCurrentTaskInput,
  MemorySaver,
  MessagesDeltaValue,
  Send,
  START,
  StateSchema,
} from "@langchain/langgraph";
import { ToolMessage } from "@langchain/core/messages";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { mergeSteps } from "../../src/compile/engine-node.ts";
import { nodesOf } from "../../src/compile/speed-nodes.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { CompileOptions, SwarmGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";
import { office } from "./office.ts";

const STEPPED: CompileOptions = { speed: "stepped" } as CompileOptions;

const thread = { configurable: { thread_id: "t" } };

/** The names of nodes that are taken in one go. */
function merged(graph: SwarmGraph): string[] {
  const nodes = graph.nodes as Readonly<Record<string, object>>;
  return Object.keys(nodes).filter((name) => Object.hasOwn(nodes[name] as object, "getNode"));
}

/** The same graph with all nodes as LangGraph has them. */
function ordinary(graph: SwarmGraph): SwarmGraph {
  for (const node of Object.values(graph.nodes as Record<string, { getNode?: unknown }>)) delete node.getNode;
  return graph;
}

/** What a run leaves in its checkpoints: the channels that were written, task by task. */
async function writesOf(checkpointer: MemorySaver): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { checkpoint, metadata, pendingWrites } of checkpointer.list(thread)) {
    const writes = pendingWrites?.map(([, channel]) => channel);
    all.push([metadata?.step, Object.keys(checkpoint.channel_values), writes]);
  }
  return all;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a step in LangGraph's engine", () => {
  it("is one runnable where nobody watches, for every node and the start", async () => {
    const graph = office().compile(STEPPED);
    expect(merged(graph).toSorted()).toEqual([START, "desk", "front", "front.tools", "lab"].toSorted());
    await graph.invoke(says());
    const sequences = vi.spyOn(RunnableSequence.prototype, "invoke");
    const wraps = vi.spyOn(AsyncLocalStorageProviderSingleton, "runWithConfig");
    const { messages } = await graph.invoke(says());
    expect(messages.at(-1)?.text).toBe("Done.");
    expect(sequences).not.toHaveBeenCalled();
    expect(wraps.mock.calls.length).toBeLessThan(4);
  });

  it("is LangGraph's own sequence where somebody does", async () => {
    const graph = office().compile(STEPPED);
    const sequences = vi.spyOn(RunnableSequence.prototype, "invoke");
    const started = vi.fn<() => void>();
    await graph.invoke(says(), { callbacks: [{ handleChainStart: started }] });
    expect(sequences).toHaveBeenCalledTimes(6);
    expect(started.mock.calls.length).toBeGreaterThan(5);
  });

  it("writes the same channels in the same order, whoever takes it", async () => {
    const [own, langGraphs] = [new MemorySaver(), new MemorySaver()];
    await office().compile({ checkpointer: own }).invoke(says(), thread);
    await ordinary(office().compile({ checkpointer: langGraphs })).invoke(says(), thread);
    const written = await writesOf(langGraphs);
    expect(written.length).toBeGreaterThan(4);
    expect(await writesOf(own)).toEqual(written);
  });

  it("leaves what its node wrote where its edge fails", async () => {
    const failing = (checkpointer: MemorySaver) =>
      office({
        agents: {
          front: {
            model: scriptedModel().say("Done."),
            route: () => {
              throw new Error("lost");
            },
          },
        },
      }).compile({ checkpointer });
    const savers = [new MemorySaver(), new MemorySaver()] as const;
    const code = { code: "ROUTE_FAILED" };
    await expect(failing(savers[0]).invoke(says(), thread)).rejects.toMatchObject(code);
    await expect(ordinary(failing(savers[1])).invoke(says(), thread)).rejects.toMatchObject(code);
    const [own, langGraphs] = await Promise.all(savers.map((saver) => writesOf(saver)));
    expect(JSON.stringify(langGraphs)).toContain('"messages"');
    expect(own).toEqual(langGraphs);
  });

  it("takes several commands of one node, and channels of the user's that combine them", async () => {
    const count = tool(
      (_input, config: { toolCall?: { id?: string } }) =>
        new Command({
          update: { seen: 1, messages: [new ToolMessage({ tool_call_id: config.toolCall?.id ?? "", content: "one" })] },
        }),
      { name: "count", schema: z.object({}) },
    );
    const state = Annotation.Root({
      seen: Annotation<number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
    });
    const play = async (as: (graph: SwarmGraph) => SwarmGraph) => {
      const calls = [
        { tool: "count", args: {} },
        { tool: "count", args: {} },
      ];
      const model = scriptedModel().reply(() => ({ kind: "message", text: "", calls }));
      const swarm = new SwarmAgent({
        state,
        entry: "front",
        agents: {
          front: { model: model.handoff("desk"), tools: [count] },
          desk: { model: scriptedModel().say("Done.") },
        },
      } as never);
      const values = await as(swarm.compile(STEPPED)).invoke(says());
      return [values["seen"], shape(values.messages), values.handoffs.map(({ status }) => status)];
    };
    const expected = await play(ordinary);
    expect(expected[0]).toBe(2);
    expect(await play((graph) => graph)).toEqual(expected);
  });

  it("sets the config up for a routing function", async () => {
    const seen: unknown[] = [];
    const route = ({ next }: { next: string }) => {
      seen.push(getConfig()?.tags);
      return next;
    };
    const graph = office({ agents: { front: { model: scriptedModel().say("Done."), route } } }).compile(STEPPED);
    await graph.invoke(says(), { tags: ["mine"] });
    expect(seen).toEqual([["mine"]]);
  });

  it("routes on the channels, whatever user code does to the state that it is shown", async () => {
    const play = async (as: (graph: SwarmGraph) => SwarmGraph) => {
      const seen: unknown[] = [];
      const mark = tool(
        () => {
          Object.assign(getCurrentTaskInput<object>(), { marked: true });
          return "marked";
        },
        { name: "mark", schema: z.object({}) },
      );
      const route = ({ state, next }: { state: object; next: string }) => {
        seen.push("marked" in state);
        return next;
      };
      const model = scriptedModel().tool("mark", {}).say("Done.");
      await as(office({ agents: { front: { model, tools: [mark], route } } }).compile(STEPPED)).invoke(says());
      return seen;
    };
    const expected = await play(ordinary);
    expect(expected).toEqual([false, false]);
    expect(await play((graph) => graph)).toEqual(expected);
  });

  it("routes on the channels where a node is sent a state of its own", async () => {
    const play = async (as: (graph: SwarmGraph) => SwarmGraph) => {
      const seen: number[] = [];
      const route = ({ state, next }: { state: { messages: unknown[] }; next: string }) => {
        seen.push(state.messages.length);
        return next;
      };
      const agents = { front: { model: scriptedModel().say("Done.").repeat(), route } };
      const graph = as(office({ agents }).compile({ checkpointer: new MemorySaver() }));
      await graph.invoke(says(), thread);
      const sent = { messages: says("Only this").messages, handoffs: [] };
      await graph.invoke(new Command({ goto: new Send("front", sent) }), thread);
      return seen;
    };
    const expected = await play(ordinary);
    expect(expected).toEqual([2, 3]);
    expect(await play((graph) => graph)).toEqual(expected);
  });

  it("ends with its signal, also where user code does not look at it", async () => {
    const stop = new AbortController();
    const stuck = () => {
      stop.abort("enough");
      return new Promise<string>(() => undefined);
    };
    const graph = office({ agents: { front: { model: scriptedModel().say("Done."), prompt: stuck } } }).compile(
      STEPPED,
    );
    const { front } = graph.nodes as unknown as Record<
      string,
      { getNode(): { invoke(...given: unknown[]): Promise<unknown> } }
    >;
    const metadata = { langgraph_triggers: ["branch:to:front"] };
    const step = { tags: [], metadata, configurable: {}, recursionLimit: 5, signal: stop.signal };
    await expect(front?.getNode().invoke({ ...says(), handoffs: [] }, step)).rejects.toThrow("enough");
  });

  it("does not go on once the run was aborted", async () => {
    const stop = new AbortController();
    const prompt = async () => {
      stop.abort(new Error("enough"));
      await Promise.resolve();
      return "Be kind.";
    };
    const desk = scriptedModel().say("Done.");
    const graph = office({
      agents: { front: { model: scriptedModel().handoff("desk"), prompt }, desk: { model: desk } },
    }).compile(STEPPED);
    await expect(graph.invoke(says(), { signal: stop.signal })).rejects.toThrow("enough");
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(desk.calls).toEqual([]);
  });
});

describe("a node that stays as LangGraph made it", () => {
  it("is one of a state with a channel that lives by steps; the start may be taken in one go", () => {
    const state = new StateSchema({ notes: MessagesDeltaValue });
    expect(merged(office({ state }).compile(STEPPED))).toEqual([START]);
  });

  it("is one with other writers than it has today", () => {
    const swarm = office();
    const graph = ordinary(swarm.compile(STEPPED));
    const { front } = graph.nodes as Readonly<Record<string, { writers: unknown[] }>>;
    front?.writers.push(front.writers[0]);
    mergeSteps(graph, nodesOf(swarm.definition));
    expect(merged(graph)).not.toContain("front");
    expect(merged(graph)).toContain("lab");
  });
});
