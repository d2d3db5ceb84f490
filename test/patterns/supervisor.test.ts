import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { Command, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, expectTypeOf, it } from "vitest";
import { SwarmAgent, SwarmDefinitionError } from "../../src/index.ts";
import { createSupervisor } from "../../src/patterns/index.ts";
import type { SupervisorOptions, Worker } from "../../src/patterns/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape, systemOf } from "../support.ts";

const workers = { researcher: () => "Facts.", writer: () => "A text." };

/** The codes and paths of a definition that is refused. */
function problemsOf(options: Partial<Record<keyof SupervisorOptions, unknown>>): string[] {
  try {
    createSupervisor({ model: scriptedModel(), workers, ...options } as SupervisorOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(SwarmDefinitionError);
    return (error as SwarmDefinitionError).issues.map(({ code, path }) => `${code} ${path}`);
  }
  return [];
}

describe("a supervisor", () => {
  it("[B154] asks, lets one worker act, asks again, and ends on FINISH", async () => {
    const model = scriptedModel().say("researcher").say("Next is the Writer.").say("FINISH");
    const result = await createSupervisor({ model, workers }).invoke(says("A text, please"));
    expect(shape(result.messages)).toEqual(["human: A text, please", "ai: Facts.", "ai: A text."]);
    expect(result.messages.map(({ name }) => name)).toEqual([undefined, "researcher", "writer"]);
    expect(result).toMatchObject({ rounds: 2, path: ["researcher", "writer"], outcome: { kind: "finished" } });
    expect(Object.keys(result).sort()).toEqual(["messages", "outcome", "path", "rounds"]);
    expectTypeOf(result.path).toEqualTypeOf<readonly ("researcher" | "writer")[]>();
    model.assertComplete();
  });

  it("[B154] ends at maxRounds without asking again, and says so", async () => {
    const model = scriptedModel().say("writer").repeat();
    const result = await createSupervisor({ model, workers, maxRounds: 3 }).invoke(says());
    expect(result).toMatchObject({ rounds: 3, outcome: { kind: "limit", limit: "maxRounds" } });
    expect(model.calls).toHaveLength(3);
  });

  it("[B154] ends at once with maxRounds 0", async () => {
    const model = scriptedModel();
    const result = await createSupervisor({ model, workers, maxRounds: 0 }).invoke(says());
    expect(result).toMatchObject({ rounds: 0, path: [], outcome: { kind: "limit" } });
    expect(model.calls).toHaveLength(0);
  });

  it("[B154] has room for more rounds than LangGraph's own limit of steps", async () => {
    const result = await createSupervisor({
      model: scriptedModel().say("writer").repeat(),
      workers,
      maxRounds: 60,
    }).invoke(says());
    expect(result.rounds).toBe(60);
  });

  it("[B154] does not take 'unfinished' for the end: it asks again, with the names", async () => {
    const model = scriptedModel()
      .say("It is unfinished.")
      .say("")
      .say("writer or researcher")
      .say("writer")
      .say("FINISH");
    const result = await createSupervisor({ model, workers }).invoke(says());
    expect(result.path).toEqual(["writer"]);
    expect(shape(model.calls[3]?.messages ?? []).slice(1)).toEqual([
      "human: Hello",
      "ai: It is unfinished.",
      expect.stringContaining("names none of them. Answer with exactly one of these names: researcher, writer"),
      expect.stringContaining("names none of them"),
      "ai: writer or researcher",
      expect.stringContaining("names researcher and writer"),
    ]);
    expect(shape(result.messages)).toEqual(["human: Hello", "ai: A text."]);
  });

  it("rejects with MODEL_ERRORS where the model cannot mend it", async () => {
    const model = scriptedModel().say("hm").repeat();
    const graph = createSupervisor({ model, workers, maxModelErrors: 1 });
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "MODEL_ERRORS", agent: "supervisor" });
    expect(model.calls).toHaveLength(2);
  });

  it("[B154] takes a prompt of the user's before the roster, or all of it from a function", async () => {
    const described = { ...workers, writer: { graph: workers.writer, description: "Writes texts." } };
    const one = scriptedModel().say("FINISH");
    await createSupervisor({ model: one, workers: described, prompt: "You are Mona." }).invoke(says());
    expect(systemOf(one)).toMatch(
      /^You are Mona\.\n\nThe team:\n- researcher\n- writer: Writes texts\.\n\nAnswer with/,
    );
    const two = scriptedModel().say("writer").say("FINISH");
    await createSupervisor({
      model: two,
      workers: described,
      prompt: ({ workers: all, path, rounds, maxRounds }) =>
        `${all.map(({ name }) => name).join("|")} after ${path.join()} (${rounds} of ${maxRounds})`,
    }).invoke(says());
    expect([systemOf(two), systemOf(two, 2)]).toEqual([
      "researcher|writer after  (0 of 10)",
      "researcher|writer after writer (1 of 10)",
    ]);
    const three = scriptedModel().say("FINISH");
    await createSupervisor({ model: three, workers }).invoke(says());
    expect(systemOf(three)).toMatch(/^You supervise a team/);
  });

  it("ends every prompt on a user turn, the model's and the workers'", async () => {
    const seen: string[] = [];
    const worker = (messages: BaseMessage[]) => {
      seen.push(messages.at(-1)?.type ?? "none");
      return "";
    };
    const model = scriptedModel().say("one").say("two").say("FINISH");
    const graph = createSupervisor({ model, workers: { one: worker, two: () => "Two." } });
    const { messages } = await graph.invoke({ messages: [new HumanMessage("Hi"), new AIMessage("Yes?")] });
    expect(seen).toEqual(["human"]);
    expect(model.calls.map((call) => call.messages.at(-1)?.type)).toEqual(["human", "human", "human"]);
    expect(model.calls[2]?.messages.at(-1)?.text).toMatch(/^So far one, two answered/);
    // An answer that says nothing is kept, and not shown to anyone.
    expect(shape(messages)).toEqual(["human: Hi", "ai: Yes?", "ai:", "ai: Two."]);
    expect(shape(model.calls[2]?.messages ?? []).slice(1, -1)).toEqual(["human: Hi", "ai: Yes?", "ai: Two."]);
  });

  it("takes graphs, swarms, Runnables, models, and functions as workers, and keeps their final answers", async () => {
    const inner = new StateGraph(MessagesAnnotation)
      .addNode("one", () => ({ messages: [new AIMessage("draft")] }))
      .addNode("two", () => ({ messages: [new AIMessage({ content: "from a graph", id: "own" })] }))
      .addEdge(START, "one")
      .addEdge("one", "two")
      .compile();
    const swarm = new SwarmAgent({
      entry: "x",
      agents: { x: { model: scriptedModel().handoff("y") }, y: { model: scriptedModel().say("from a swarm") } },
    }).compile();
    const all: Record<string, Worker> = {
      graph: inner,
      swarm: { graph: swarm, description: "A swarm." },
      runnable: RunnableLambda.from((messages: BaseMessage[]) => new AIMessage(`${messages.length} messages`)),
      model: scriptedModel().say("from a model"),
      list: () => [new AIMessage("first"), new AIMessage("last")],
      state: (messages) => ({ messages: [...messages, new AIMessage("from a state")] }),
    };
    const model = scriptedModel();
    for (const name of Object.keys(all)) model.say(name);
    const result = await createSupervisor({ model: model.say("FINISH"), workers: all }).invoke(says());
    expect(shape(result.messages)).toEqual([
      "human: Hello",
      "ai: from a graph",
      "ai: from a swarm",
      "ai: 4 messages",
      "ai: from a model",
      "ai: last",
      "ai: from a state",
    ]);
    expect(result.messages[1]?.id).toBe("own");
    expect(result.path).toEqual(Object.keys(all));
  });

  it("[B154] rejects reserved and unusable names, limits, models and workers, all at once", () => {
    const bad = () => "x";
    expect(problemsOf({ workers: { finish: bad, FINISH: bad, Supervisor: bad, __end__: bad, messages: bad } })).toEqual(
      [
        "NAME_RESERVED workers.finish",
        "NAME_RESERVED workers.FINISH",
        "NAME_RESERVED workers.Supervisor",
        "NAME_RESERVED workers.__end__",
        "NAME_RESERVED workers.messages",
      ],
    );
    expect(problemsOf({ workers: { " ": bad, "a ": bad, "a|b": bad, "a\nb": bad, one: bad, One: bad } })).toEqual([
      "NAME_EMPTY workers. ",
      "NAME_EMPTY workers.a ",
      "NAME_RESERVED workers.a|b",
      "NAME_RESERVED workers.a\nb",
      "NAME_COLLISION workers.One",
    ]);
    expect(
      problemsOf({ workers: { a: null, b: "b", c: {}, d: { graph: 1 }, e: { invoke: 1 }, f: { graph: bad } } }),
    ).toEqual(["a", "b", "c", "d", "e"].map((name) => `GRAPH_INVALID workers.${name}`));
    expect(problemsOf({ workers: {}, model: null, maxRounds: -1, maxModelErrors: 0.5 })).toEqual([
      "NO_AGENTS workers",
      "MODEL_INVALID model",
      "LIMIT_INVALID maxRounds",
      "LIMIT_INVALID maxModelErrors",
    ]);
    expect(problemsOf({ model: "gpt" })).toEqual(["MODEL_INVALID model"]);
    expect(problemsOf({ model: {} })).toEqual(["MODEL_INVALID model"]);
  });

  it("rejects an empty conversation", async () => {
    await expect(createSupervisor({ model: scriptedModel(), workers }).invoke({ messages: [] })).rejects.toMatchObject({
      code: "NO_USER_TURN",
    });
  });

  it("names the worker or the model that failed, and keeps the cause", async () => {
    const cause = new Error("no line");
    const failing = {
      one: () => Promise.reject(cause),
      two: () => {
        // oxlint-disable-next-line no-throw-literal -- what a careless worker throws
        throw "a text";
      },
    };
    const run = (name: string) =>
      createSupervisor({ model: scriptedModel().say(name), workers: failing }).invoke(says());
    await expect(run("one")).rejects.toMatchObject({
      code: "AGENT_FAILED",
      agent: "one",
      cause,
      message: 'worker "one" failed: no line',
    });
    await expect(run("two")).rejects.toMatchObject({ code: "AGENT_FAILED", message: 'worker "two" failed: a text' });
    const graph = createSupervisor({ model: scriptedModel().fail(cause), workers });
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "AGENT_FAILED", agent: "supervisor", cause });
  });

  it.each<[string, Worker]>([
    ["nothing", () => undefined as never],
    ["what it was given", (messages) => messages],
    ["an unanswered call", scriptedModel().tool("echo")],
  ])("rejects a worker that ends with %s", async (_what, worker) => {
    const graph = createSupervisor({ model: scriptedModel().say("one"), workers: { one: worker } });
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "MODEL_INVALID", agent: "one" });
  });

  it("ends with the reason of an abort", async () => {
    const left = new AbortController();
    const graph = createSupervisor({
      model: scriptedModel().say("one"),
      workers: {
        one: () => {
          left.abort(new Error("enough"));
          throw new Error("torn away");
        },
      },
    });
    await expect(graph.invoke(says(), { signal: left.signal })).rejects.not.toMatchObject({ code: "AGENT_FAILED" });
  });

  it("hands the run's context on to its workers", async () => {
    const seen: unknown[] = [];
    const swarm = new SwarmAgent({
      entry: "x",
      agents: {
        x: {
          model: scriptedModel().say("Done."),
          prompt: ({ context }) => {
            seen.push(context);
            return "";
          },
        },
      },
    }).compile();
    const context = { token: "secret" };
    const graph = createSupervisor({
      model: scriptedModel().say("one").say("two").say("FINISH"),
      workers: {
        one: swarm,
        two: (_messages, config) => {
          seen.push((config as { context?: unknown }).context);
          return "Done.";
        },
      },
    });
    await graph.invoke(says(), { context: context as never });
    expect(seen).toEqual([context, context]);
  });

  it("counts anew in the next turn of a thread, and resumes an interrupted worker where it was", async () => {
    const asks = new StateGraph(MessagesAnnotation)
      .addNode("ask", () => ({ messages: [new AIMessage(`You said ${String(interrupt("Which?"))}.`)] }))
      .addEdge(START, "ask")
      .compile();
    const model = scriptedModel().say("writer").say("asks").say("writer");
    const graph = createSupervisor({
      model,
      workers: { ...workers, asks },
      maxRounds: 2,
      checkpointer: new MemorySaver(),
      name: "team",
    });
    expect(graph.name).toBe("team");
    const thread = { configurable: { thread_id: "t" } };
    await graph.invoke(says(), thread);
    expect((await graph.getState(thread)).next).toEqual(["asks"]);
    const first = await graph.invoke(new Command({ resume: "tea" }), thread);
    expect(shape(first.messages)).toEqual(["human: Hello", "ai: A text.", "ai: You said tea."]);
    expect(first).toMatchObject({ rounds: 2, path: ["writer", "asks"], outcome: { kind: "limit" } });
    model.say("FINISH");
    const second = await graph.invoke(says("More"), thread);
    expect(second).toMatchObject({ rounds: 1, path: ["writer"], outcome: { kind: "finished" } });
  });

  it("streams the workers' tokens, not the decisions", async () => {
    const model = scriptedModel().say("writer").say("FINISH");
    const graph = createSupervisor({ model, workers: { writer: scriptedModel().say("A text of some length.") } });
    let text = "";
    for await (const [message] of await graph.stream(says(), { streamMode: "messages" })) {
      if (AIMessage.isInstance(message)) text += message.text;
    }
    expect(text).toContain("A text");
    expect(text).not.toMatch(/FINISH|^writer/);
  });

  it("is drawn with an edge to each worker and back, and compiles to the same graph again", () => {
    const draw = () =>
      createSupervisor({ model: scriptedModel(), workers })
        .getGraph()
        .edges.map(({ source, target }) => `${source} > ${target}`)
        .sort();
    expect(draw()).toEqual([
      "__start__ > supervisor.begin",
      "researcher > supervisor",
      "supervisor > __end__",
      "supervisor > researcher",
      "supervisor > writer",
      "supervisor.begin > supervisor",
      "writer > supervisor",
    ]);
    expect(draw()).toEqual(draw());
  });
});
