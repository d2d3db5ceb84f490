import { tool } from "@langchain/core/tools";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { traced } from "../src/index.ts";
import type { OtelOptions } from "../src/index.ts";
import { calls, reply, says, support } from "./agents.ts";
import { inMemory } from "./support.ts";

const CANARY = "canary-7f3a9c";

/** A secret wherever somebody may say one: the user, models, tools, errors, payloads, the context. */
const runs: Readonly<Record<string, (options: OtelOptions) => Promise<unknown>>> = {
  "messages, calls, results, payloads and made-up names": (options) =>
    traced(support(CANARY).compile(), options).invoke(says(CANARY), { context: { key: CANARY } }),
  "the error of a tool, and a tool that there is not": (options) => {
    const save = tool(() => Promise.reject(new Error(CANARY)), {
      name: "save",
      description: "Saves.",
      schema: z.object({}),
    });
    const model = scriptedModel()
      .tool("save", {})
      .raw(reply(calls("c2", CANARY)))
      .say("Sorry.");
    return traced(new SwarmAgent({ entry: "a", agents: { a: { model, tools: [save] } } }).compile(), options).invoke(
      says(),
    );
  },
  "the error of a model": (options) => {
    const model = scriptedModel().fail(Object.assign(new Error(CANARY), { status: 400 }));
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    return traced(graph, options)
      .invoke(says())
      .catch(() => undefined);
  },
};

/** All that an SDK got, as text. */
async function gotBy(run: (options: OtelOptions) => Promise<unknown>, options: OtelOptions): Promise<string> {
  const sdk = inMemory();
  await run({ ...options, tracer: sdk.tracer, meter: sdk.meter });
  const spans = sdk
    .spans()
    .map(({ name, attributes, events, links, status }) => ({ name, attributes, events, links, status }));
  const points = await sdk.points();
  await sdk.close();
  expect(spans.length).toBeGreaterThan(2);
  return JSON.stringify([spans, points]);
}

describe.each(Object.keys(runs))("a secret in %s", (name) => {
  const run = runs[name] as (options: OtelOptions) => Promise<unknown>;

  it("[B141] [I20] is in no name, attribute, event, link, status or metric", async () => {
    expect(await gotBy(run, { openInference: true })).not.toContain(CANARY);
  });

  it("[B141] is recorded where contents are asked for", async () => {
    expect(await gotBy(run, { captureContent: true, openInference: true })).toContain(CANARY);
  });
});

describe("contents that are asked for", () => {
  it("[B141] stand in the attributes that OpenTelemetry has for them", async () => {
    const sdk = inMemory();
    await traced(support().compile(), { ...sdk, captureContent: true, openInference: true }).invoke(says("Hello"));
    const of = (name: string) => sdk.spans().find((span) => span.name === name)?.attributes ?? {};
    expect(JSON.parse(String(of("invoke_workflow support")["gen_ai.input.messages"]))).toEqual([
      { role: "user", parts: [{ type: "text", content: "Hello" }] },
    ]);
    expect(of("invoke_workflow support")["output.value"]).toBe("You get 7 back.");
    expect(of("execute_tool look_up")).toMatchObject({
      "gen_ai.tool.call.arguments": '{"number":"7"}',
      "gen_ai.tool.call.result": "invoice 7: 12 €",
      "input.value": '{"number":"7"}',
    });
    expect(of("invoke_agent billing")).toMatchObject({
      "swarmgraph.handoff.reason": "about 7",
      "swarmgraph.handoff.input": '{"reason":"about 7"}',
    });
    const chat = of("chat tiny-2026-01-01");
    expect(chat["swarmgraph.prompt"]).toContain("human: Hello");
    expect(JSON.parse(String(chat["gen_ai.output.messages"]))).toEqual([
      {
        role: "assistant",
        parts: [{ type: "tool_call", id: "c1", name: "look_up", arguments: { number: "7" } }],
        finish_reason: "tool_call",
      },
    ]);
  });
});
