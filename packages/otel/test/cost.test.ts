import { ProxyTracer, trace } from "@opentelemetry/api";
import { AlwaysOffSampler, ParentBasedSampler } from "@opentelemetry/sdk-trace-base";
import { mapEvents, swarmEvents } from "swarmgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { otelMapper, otelSink, traced } from "../src/index.ts";
import { says, support } from "./agents.ts";
import { eventsOf, inMemory, register } from "./support.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
  vi.restoreAllMocks();
});

/** A graph that counts how it is run. */
function counted() {
  const graph = support().compile();
  const invoke = vi.fn(graph.invoke.bind(graph));
  const stream = vi.fn(graph.stream.bind(graph));
  const { definition } = graph;
  return { definition, invoke, stream } as unknown as typeof graph & { invoke: typeof invoke; stream: typeof stream };
}

describe("without an SDK", () => {
  it("[B141] a traced graph's invoke is the graph's own: nothing is streamed, and no span is asked for", async () => {
    const startSpan = vi.spyOn(ProxyTracer.prototype, "startSpan");
    const graph = counted();
    const config = { configurable: { thread_id: "t" } };
    const result = await traced(graph).invoke(says(), config);
    expect(result.activeAgent).toBe("billing");
    expect(graph.invoke.mock.calls).toEqual([[says(), config]]);
    expect(graph.stream).not.toHaveBeenCalled();
    expect(startSpan).not.toHaveBeenCalled();
    trace.getTracer("test").startSpan("seen");
    expect(startSpan).toHaveBeenCalledTimes(1);
  });

  it("[B141] neither events, nor a sink, nor a mapper ask for a span", async () => {
    const startSpan = vi.spyOn(ProxyTracer.prototype, "startSpan");
    const events = await eventsOf(traced(support().compile()).events(says()));
    await swarmEvents(support().compile(), says(), { publish: [otelSink()] }).result;
    expect(mapEvents(events, otelMapper())).toEqual([]);
    expect(events.at(-1)?.type).toBe("run.done");
    expect(startSpan).not.toHaveBeenCalled();
  });

  it("[B141] that comes later, the runs that begin then are traced", async () => {
    const sink = otelSink();
    const swarm = traced(support().compile());
    await swarm.invoke(says());
    const sdk = inMemory();
    undo.push(register(sdk));
    await swarmEvents(support().compile(), says(), { publish: [sink] }).result;
    await traced(support().compile()).invoke(says());
    expect(sdk.spans().length).toBe(16);
    expect((await sdk.points()).length).toBeGreaterThan(4);
  });
});

describe("a run that is not sampled", () => {
  it("[B141] asks for one span, keeps none, and is still measured", async () => {
    const sdk = inMemory({ sampler: new AlwaysOffSampler() });
    const startSpan = vi.spyOn(sdk.tracer, "startSpan");
    await traced(support().compile(), sdk).invoke(says());
    expect(startSpan).toHaveBeenCalledTimes(1);
    expect(sdk.spans()).toEqual([]);
    expect((await sdk.points()).map(({ metric }) => metric)).toContain("swarmgraph.handoffs");
  });

  it("[B141] stays the active one to its end, so that nothing within it is sampled by itself", async () => {
    const sdk = inMemory({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
    undo.push(register(sdk));
    const traces = new Set<string | undefined>();
    const run = traced(support().compile()).events(says(), {
      hooks: [{ update: () => void traces.add(trace.getActiveSpan()?.spanContext().traceId) }],
    });
    expect((await run.result).activeAgent).toBe("billing");
    expect(traces.size).toBe(1);
    expect([...traces]).not.toContain(undefined);
  });
});
