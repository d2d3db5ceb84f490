import { MemorySaver } from "@langchain/langgraph";
import { human, SwarmAgent } from "swarmgraph";
import type { ServedSwarms } from "../src/swarms/served-swarm.ts";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { serve } from "../src/http/serve.ts";

const KEY = "a-key-of-the-tests";

type Post = (path: string, body: object) => Promise<{ status: number; text: string }>;

async function posting(swarms: ServedSwarms, act: (post: Post) => Promise<void>): Promise<void> {
  const server = await serve({ swarms, apiKey: KEY, port: 0, graceMs: 0 });
  const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
  try {
    await act(async (path, body) => {
      const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: response.status, text: await response.text() };
    });
  } finally {
    await server.close();
  }
}

/** The data of a stream's frames, each as JSON. */
function framesIn(text: string): Readonly<Record<string, unknown>>[] {
  const lines = text.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)) as Record<string, unknown>);
}

const desk = () =>
  new SwarmAgent({ entry: "ann", agents: { ann: human({ name: "Ann", canHandoffTo: [] }) } }).compile({
    checkpointer: new MemorySaver(),
  });

const user = (content: string) => ({ id: "u1", role: "user", content });

describe("a person in a served swarm", () => {
  it("is asked over /events, and answers there", async () => {
    await posting({ desk: desk() }, async (post) => {
      const asked = framesIn((await post("/events/desk", { input: "Is anybody there?" })).text);
      expect(asked.slice(-3)).toContainEqual(expect.objectContaining({ type: "human.requested", name: "Ann" }));
      const { threadId } = asked.at(-1) ?? {};
      const answered = framesIn((await post("/events/desk", { threadId, resume: "Yes, Ann." })).text);
      expect(answered.at(-1)).toMatchObject({ type: "run.done", output: "Yes, Ann." });
    });
  });

  it("is an interrupt over /ag-ui: it can be resolved, and not cancelled", async () => {
    await posting({ desk: desk() }, async (post) => {
      const run = { threadId: crypto.randomUUID(), runId: "r", messages: [user("Is anybody there?")] };
      const asked = framesIn((await post("/ag-ui/desk", run)).text);
      const { outcome } = asked.at(-1) as { outcome: { interrupts: { id: string; reason: string }[] } };
      const [{ id: interruptId, reason } = { id: "", reason: "" }] = outcome.interrupts;
      expect(reason).toBe("human.request");
      const cancelled = await post("/ag-ui/desk", { ...run, resume: [{ interruptId, status: "cancelled" }] });
      expect([cancelled.status, cancelled.text]).toEqual([422, expect.stringContaining("cannot be cancelled")]);
      const resume = [{ interruptId, status: "resolved", payload: "Yes, Ann." }];
      const answered = framesIn((await post("/ag-ui/desk", { ...run, resume })).text);
      expect(answered.at(-1)).toMatchObject({ type: "RUN_FINISHED", result: "Yes, Ann." });
    });
  });

  it("cannot be asked over a chat, which is told so", async () => {
    await posting({ desk: desk() }, async (post) => {
      const body = { model: "desk", messages: [{ role: "user", content: "Is anybody there?" }] };
      const { status, text } = await post("/v1/chat/completions", body);
      expect([status, text]).toEqual([422, expect.stringContaining("interrupt_unsupported")]);
    });
  });
});

describe("a guardrail in a served swarm", () => {
  it("ends a chat with content_filter, streamed or not", async () => {
    const noBombs = { name: "no bombs", check: () => ({ tripwire: "bombs" }) };
    const agents = { clerk: { model: scriptedModel().say("Boom.").repeat() } };
    const swarm = new SwarmAgent({ entry: "clerk", guardrails: { input: [noBombs] }, agents }).compile();
    await posting({ clerk: swarm }, async (post) => {
      const body = { model: "clerk", messages: [{ role: "user", content: "A bomb" }] };
      const whole = JSON.parse((await post("/v1/chat/completions", body)).text) as object;
      expect(whole).toMatchObject({ choices: [{ finish_reason: "content_filter", message: { content: "" } }] });
      const chunks = framesIn((await post("/v1/chat/completions", { ...body, stream: true })).text);
      expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: "content_filter" }] });
    });
  });
});
