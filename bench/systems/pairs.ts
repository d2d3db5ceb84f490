import { recordEvents, swarmEvents } from "swarmgraph";
import type { SwarmEvent, SwarmEventsConfig, SwarmGraph } from "swarmgraph";
import type { Surcharge } from "../workloads.ts";
import { langChainQuestion } from "./langchain-model.ts";
import { openTracing } from "./tracing.ts";

/** A compiled swarm's end state, and how it came about. */
type Run = () => Promise<unknown>;

/** Both halves of a pair, and what is to be closed in the end. */
export interface Halves {
  readonly plain: Run;
  readonly more: Run;
  close?(): Promise<void>;
}

const question = () => ({ messages: [langChainQuestion()] });

/** The two ways to run a turn that a surcharge compares, on the same compiled swarm. @throws Skip where a package is not there. */
export async function halvesOf(surcharge: Surcharge, graph: SwarmGraph): Promise<Halves> {
  const invoke = () => graph.invoke(question());
  switch (surcharge) {
    case "nothing":
      return { plain: invoke, more: () => graph.invoke(question()) };
    case "events":
      return { plain: invoke, more: () => told(graph, { granularity: "messages" }) };
    case "events-tokens":
      return { plain: invoke, more: () => told(graph, { granularity: "tokens" }) };
    case "events-over-stream":
      return { plain: () => streamed(graph), more: () => told(graph, { granularity: "messages" }) };
    case "recording":
      return { plain: invoke, more: () => recorded(graph) };
    case "recording-over-events":
      return { plain: () => told(graph, { granularity: "messages" }), more: () => recorded(graph) };
    case "otel-unused":
    case "otel-used": {
      const { traced, close } = await openTracing(graph, surcharge === "otel-used");
      return { plain: invoke, more: () => traced.invoke(question()), close };
    }
  }
}

/** LangGraph's own stream of what events are made from, read to its end. */
async function streamed(graph: SwarmGraph): Promise<unknown> {
  let last: unknown;
  for await (const chunk of await graph.stream(question(), { streamMode: ["custom", "values", "updates"] })) {
    const [mode, value] = chunk as unknown as readonly [string, unknown];
    if (mode === "values") last = value;
  }
  return last;
}

async function told(graph: SwarmGraph, config: SwarmEventsConfig): Promise<unknown> {
  const run = swarmEvents(graph, question(), config);
  await readOut(run);
  return run.result;
}

async function recorded(graph: SwarmGraph): Promise<unknown> {
  const run = swarmEvents(graph, question(), { granularity: "messages" });
  let bytes = 0;
  await readOut(recordEvents(run, (line) => void (bytes += line.length)));
  if (bytes === 0) throw new Error("nothing was recorded");
  return run.result;
}

async function readOut(events: AsyncIterable<SwarmEvent>): Promise<void> {
  let last: SwarmEvent | undefined;
  for await (const event of events) last = event;
  if (last?.type !== "run.done") throw new Error(`the run's last event is ${last?.type}`);
}
