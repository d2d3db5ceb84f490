import { trace } from "@opentelemetry/api";
import { tool } from "@langchain/core/tools";
import { SwarmAgent, swarmEvents } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { otelSink, traced } from "../src/index.ts";
import { says } from "./agents.ts";
import { inMemory, register, tree } from "./support.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

/** An agent whose tool makes a span of its own, as an instrumented HTTP client would. */
function fetching() {
  const fetches = tool(
    async () => {
      await Promise.resolve();
      trace.getTracer("http").startSpan("GET").end();
      return "ok";
    },
    { name: "fetch", description: "Fetches.", schema: z.object({}) },
  );
  const model = scriptedModel().tool("fetch", {}).say("Done.");
  return new SwarmAgent({ entry: "a", agents: { a: { model, tools: [fetches] } } }).compile();
}

describe("the active context", () => {
  it.each(["invoke", "events", "result"] as const)("[B141] of what a run does is the run's span: %s", async (how) => {
    const sdk = inMemory();
    undo.push(register(sdk));
    const outer = trace.getTracer("app");
    await outer.startActiveSpan("request", async (span) => {
      const swarm = traced(fetching());
      if (how === "invoke") await swarm.invoke(says());
      else if (how === "result") await swarm.events(says()).result;
      else for await (const event of swarm.events(says())) expect(event.runId).not.toBe("");
      span.end();
    });
    expect(tree(sdk.spans()).slice(0, 2)).toEqual(["request", "  invoke_workflow swarm"]);
    expect(tree(sdk.spans())).toContain("    GET");
  });

  it("[B141] where a run begins is what a sink's spans hang under", async () => {
    const sdk = inMemory();
    undo.push(register(sdk));
    await trace.getTracer("app").startActiveSpan("request", async (span) => {
      await swarmEvents(fetching(), says(), { publish: [otelSink()] }).result;
      span.end();
    });
    expect(tree(sdk.spans()).slice(0, 2)).toEqual(["request", "  invoke_workflow swarm"]);
  });

  it("[B141] is read once: a second loop says so", async () => {
    const run = traced(fetching(), inMemory()).events(says());
    expect((await run.result).activeAgent).toBe("a");
    expect(() => run[Symbol.asyncIterator]()).toThrow(/read once/);
    expect(run.definition?.name).toBe("swarm");
  });
});
