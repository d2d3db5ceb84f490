import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { Command, MemorySaver } from "@langchain/langgraph";
import { tool } from "@langchain/core/tools";
import { SwarmAgent, mapEvents, swarmEvents } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { otelMapper, traced } from "../src/index.ts";
import { reply, calls, says, support } from "./agents.ts";
import { endOf, eventsOf, inMemory, millis, spanOf, tree, withPrefix } from "./support.ts";

const onThread = { configurable: { thread_id: "t-1" } };

describe("the spans of a run", () => {
  it("[B141] are the run over its agents over their model and tool calls", async () => {
    const sdk = inMemory();
    const swarm = traced(support().compile(), sdk);
    const result = await swarm.invoke(says());
    expect(result.activeAgent).toBe("billing");
    expect(tree(sdk.spans())).toEqual([
      "invoke_workflow support",
      "  invoke_agent triage",
      "    chat tiny-2026-01-01",
      "    execute_tool look_up",
      "    chat tiny-2026-01-01",
      "    chat tiny-2026-01-01",
      "  invoke_agent billing",
      "    chat tiny-2026-01-01",
    ]);
    expect(sdk.begun.length).toBe(sdk.spans().length);
  });

  it.each(["tokens", "messages"] as const)("[B141] are the same where events are told as %s", async (granularity) => {
    const sdk = inMemory();
    const run = traced(support().compile(), sdk).events(says(), { granularity });
    const names: string[] = [];
    for await (const event of run) names.push(event.type);
    expect(names.at(-1)).toBe("run.done");
    expect(tree(sdk.spans()).length).toBe(8);
    const chat = sdk.spans().filter(({ name }) => name.startsWith("chat "));
    expect(chat.map(({ attributes }) => attributes["gen_ai.usage.output_tokens"])).toEqual([4, 4, 4, 4]);
  });

  it("[B141] of an agent end before the next agent's begin, and each lies within its parent", async () => {
    const sdk = inMemory();
    let time = 1_767_225_600_000;
    await traced(support().compile(), sdk).invoke(says(), { now: () => (time += 1) });
    const spans = sdk.spans();
    expect(endOf(spanOf(spans, "invoke_agent triage"))).toBeLessThan(millis(spanOf(spans, "invoke_agent billing")));
    for (const span of spans) {
      const parent = spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
      if (parent === undefined) continue;
      expect(millis(span)).toBeGreaterThanOrEqual(millis(parent));
      expect(endOf(span)).toBeLessThanOrEqual(endOf(parent));
    }
  });

  it("[B141] link the agent that was handed to with the one that handed over", async () => {
    const sdk = inMemory();
    await traced(support().compile(), sdk).invoke(says());
    const triage = spanOf(sdk.spans(), "invoke_agent triage");
    const billing = spanOf(sdk.spans(), "invoke_agent billing");
    const done = {
      "swarmgraph.handoff.from": "triage",
      "swarmgraph.handoff.to": "billing",
      "swarmgraph.handoff.status": "done",
    };
    expect(triage.links).toEqual([]);
    expect(billing.links.map(({ context, attributes }) => [context.spanId, attributes])).toEqual([
      [triage.spanContext().spanId, done],
    ]);
    expect(withPrefix(billing.attributes, "swarmgraph.handoff")).toEqual(done);
    expect(triage.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        "swarmgraph.handoff",
        {
          "swarmgraph.handoff.from": "triage",
          "swarmgraph.handoff.status": "refused",
          "swarmgraph.handoff.code": "HANDOFF_UNKNOWN_TARGET",
        },
      ],
      ["swarmgraph.handoff", done],
    ]);
  });

  it("[B141] have the attributes of OpenTelemetry's GenAI conventions", async () => {
    const sdk = inMemory();
    const graph = support().compile({ checkpointer: new MemorySaver() });
    const modelOf = () => ({ name: "tiny", provider: "acme" });
    const swarm = traced(graph, { ...sdk, modelOf, attributes: { "app.tenant": "north" } });
    await swarm.invoke(says(), onThread);
    const spans = sdk.spans();
    const common = { "app.tenant": "north", "gen_ai.conversation.id": "t-1" };
    const workflow = spanOf(spans, "invoke_workflow support");
    expect(workflow.kind).toBe(SpanKind.INTERNAL);
    expect(workflow.attributes).toMatchObject({
      ...common,
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.workflow.name": "support",
      "gen_ai.usage.input_tokens": 40,
      "gen_ai.usage.output_tokens": 16,
      "swarmgraph.handoff.count": 1,
      "swarmgraph.run.outcome": "answered",
      "swarmgraph.run.resumed": false,
    });
    expect(spanOf(spans, "invoke_agent triage").attributes).toEqual({
      ...common,
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "triage",
      "swarmgraph.agent.activation": 1,
    });
    const chat = spans.find(({ name }) => name === "chat tiny");
    expect(chat?.kind).toBe(SpanKind.CLIENT);
    expect(chat?.attributes).toEqual({
      ...common,
      "gen_ai.operation.name": "chat",
      "gen_ai.agent.name": "triage",
      "gen_ai.request.model": "tiny",
      "gen_ai.response.model": "tiny-2026-01-01",
      "gen_ai.provider.name": "acme",
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 4,
    });
    expect(spanOf(spans, "execute_tool look_up").attributes).toEqual({
      ...common,
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.agent.name": "triage",
      "gen_ai.tool.name": "look_up",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.type": "function",
    });
  });

  it("[B141] have OpenInference's attributes only where they are asked for", async () => {
    const [plain, marked] = [inMemory(), inMemory()];
    await traced(support().compile(), plain).invoke(says());
    await traced(support().compile(), { ...marked, openInference: true }).invoke(says());
    expect(JSON.stringify(plain.spans().map(({ attributes }) => attributes))).not.toMatch(
      /openinference|graph\.node|llm\./,
    );
    expect(spanOf(marked.spans(), "invoke_workflow support").attributes["openinference.span.kind"]).toBe("CHAIN");
    expect(spanOf(marked.spans(), "invoke_agent billing").attributes).toMatchObject({
      "openinference.span.kind": "AGENT",
      "agent.name": "billing",
      "graph.node.id": "billing",
      "graph.node.parent_id": "triage",
    });
    expect(spanOf(marked.spans(), "execute_tool look_up").attributes).toMatchObject({
      "openinference.span.kind": "TOOL",
      "tool.name": "look_up",
    });
    const chat = marked.spans().find(({ attributes }) => attributes["openinference.span.kind"] === "LLM");
    expect(chat?.attributes).toMatchObject({ "llm.model_name": "tiny-2026-01-01", "llm.token_count.total": 14 });
  });

  it("[B141] of runs at the same time do not mix, though they share a sink's SDK", async () => {
    const sdk = inMemory();
    await Promise.all([1, 2, 3].map(() => traced(support().compile(), sdk).invoke(says())));
    const traces = new Set(sdk.spans().map((span) => span.spanContext().traceId));
    const sizes = [...traces].map((id) => tree(sdk.spans().filter((span) => span.spanContext().traceId === id)).length);
    expect(sizes).toEqual([8, 8, 8]);
  });

  it("[B141] of a recording are those of the run, at its times", async () => {
    const sdk = inMemory();
    let time = 1_767_225_600_000;
    const now = () => (time += 1000);
    const events = await eventsOf(swarmEvents(support().compile(), says(), { now }));
    expect(mapEvents(events, otelMapper(sdk))).toEqual([]);
    expect(tree(sdk.spans()).length).toBe(8);
    expect(millis(spanOf(sdk.spans(), "invoke_workflow support"))).toBe(1_767_225_601_000);
  });

  it("[B141] are of two runs where an approval stopped the first", async () => {
    const sdk = inMemory();
    const model = scriptedModel().raw(reply(calls("c1", "transfer_to_refunds")));
    const graph = new SwarmAgent({
      name: "desk",
      entry: "clerk",
      agents: {
        clerk: { model, canHandoffTo: [{ to: "refunds", requiresApproval: true }] },
        refunds: { model: scriptedModel().raw(reply({ content: "Paid." })) },
      },
    }).compile({ checkpointer: new MemorySaver() });
    const swarm = traced(graph, sdk);
    expect(await swarm.invoke(says(), onThread)).toHaveProperty("__interrupt__");
    await swarm.invoke(new Command({ resume: { approve: true } }), onThread);
    expect(tree(sdk.spans())).toEqual([
      "invoke_workflow desk",
      "  invoke_agent clerk",
      "    chat tiny-2026-01-01",
      "invoke_workflow desk",
      "  invoke_agent refunds",
      "    chat tiny-2026-01-01",
    ]);
    const [first, second] = sdk.spans().filter(({ name }) => name === "invoke_workflow desk");
    expect(first?.attributes["swarmgraph.run.outcome"]).toBe("interrupted");
    expect(second?.attributes["swarmgraph.run.resumed"]).toBe(true);
    const refunds = spanOf(sdk.spans(), "invoke_agent refunds");
    expect(refunds.links).toEqual([]);
    expect(refunds.attributes["swarmgraph.handoff.from"]).toBe("clerk");
  });
});

describe("the spans of a run that fails", () => {
  it("[B141] all end, with the error's code and without its message", async () => {
    const sdk = inMemory();
    const model = scriptedModel().fail(Object.assign(new Error("no such key: hunter2"), { status: 404 }));
    const graph = new SwarmAgent({ name: "broken", entry: "a", agents: { a: { model } } }).compile();
    await expect(traced(graph, sdk).invoke(says())).rejects.toMatchObject({ code: "MODEL_REJECTED" });
    expect(tree(sdk.spans())).toEqual(["invoke_workflow broken", "  invoke_agent a", "    chat"]);
    expect(sdk.begun.length).toBe(3);
    for (const { status, attributes, events } of sdk.spans()) {
      expect(status).toEqual({ code: SpanStatusCode.ERROR, message: "MODEL_REJECTED" });
      expect(attributes["error.type"]).toBe("MODEL_REJECTED");
      expect(events.map(({ attributes }) => attributes)).toEqual([{ "exception.type": "MODEL_REJECTED" }]);
    }
  });

  it("[B141] tell a tool that fails as that tool's failure, and the run goes on", async () => {
    const sdk = inMemory();
    const broken = tool(() => Promise.reject(new Error("disk full of hunter2")), {
      name: "save",
      description: "Saves.",
      schema: z.object({}),
    });
    const model = scriptedModel().tool("save", {}).say("It did not work.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [broken] } } }).compile();
    await traced(graph, sdk).invoke(says());
    expect(spanOf(sdk.spans(), "execute_tool save").status).toEqual({
      code: SpanStatusCode.ERROR,
      message: "TOOL_FAILED",
    });
    expect(spanOf(sdk.spans(), "invoke_agent a").status.code).toBe(SpanStatusCode.UNSET);
    expect(spanOf(sdk.spans(), "invoke_workflow swarm").status.code).toBe(SpanStatusCode.UNSET);
  });

  it("[B141] all end where the reader leaves in the midst of a tool call", async () => {
    const sdk = inMemory();
    for await (const event of traced(support().compile(), sdk).events(says())) {
      if (event.type === "tool.started") break;
    }
    expect(sdk.spans().length).toBe(sdk.begun.length);
    expect(tree(sdk.spans())).toContain("    execute_tool look_up");
    expect(spanOf(sdk.spans(), "execute_tool look_up").attributes["error.type"]).toBe("ABORTED");
    expect(spanOf(sdk.spans(), "invoke_workflow support").attributes["error.type"]).toBe("ABORTED");
  });

  it("[B141] all end where a signal aborts the run", async () => {
    const sdk = inMemory();
    const controller = new AbortController();
    const slow = tool(() => new Promise<string>(() => undefined), {
      name: "wait",
      description: "Waits.",
      schema: z.object({}),
    });
    const model = scriptedModel().tool("wait", {});
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [slow] } } }).compile();
    const run = traced(graph, sdk).events(says(), { signal: controller.signal });
    const reading = (async () => {
      for await (const event of run) if (event.type === "tool.started") controller.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
    expect(sdk.spans().length).toBe(sdk.begun.length);
    expect(tree(sdk.spans())).toEqual([
      "invoke_workflow swarm",
      "  invoke_agent a",
      "    chat scripted",
      "    execute_tool wait",
    ]);
    for (const name of ["invoke_workflow swarm", "invoke_agent a", "execute_tool wait"])
      expect(spanOf(sdk.spans(), name).attributes["error.type"]).toBe("ABORTED");
  });

  it("[B141] all end where a recording breaks off", async () => {
    const events = await eventsOf(swarmEvents(support().compile(), says()));
    expect(events.length).toBeGreaterThan(20);
    for (let length = 1; length < events.length; length += 1) {
      const sdk = inMemory();
      mapEvents(events.slice(0, length), otelMapper(sdk));
      expect(sdk.spans().length).toBe(sdk.begun.length);
    }
  });
});
