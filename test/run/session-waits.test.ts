import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { human, Session, SwarmAgent } from "../../src/index.ts";
import type { SessionResult } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

const desk = () =>
  new SwarmAgent({
    entry: "desk",
    agents: {
      desk: { model: scriptedModel().handoff("clerk", undefined, { text: "This needs a person." }) },
      clerk: human({ name: "Ana", canHandoffTo: ["billing"] }),
      billing: { model: scriptedModel().say("Refunded."), canHandoffTo: [] },
    },
  }).compile();

describe("a session whose run waits", () => {
  it("says that a person is asked, and goes on with what they say", async () => {
    const session = new Session(desk());
    const asked = await session.run("Money back!");
    expect(asked).toMatchObject({
      output: "",
      lastAgent: "clerk",
      handoffs: [{ from: "desk", to: "clerk", status: "done" }],
      outcome: { kind: "empty", agent: "clerk", path: ["desk", "clerk"] },
      waitsFor: [{ id: expect.any(String) as string, request: { type: "human.request", name: "Ana" } }],
    });
    const answered = await session.resume("Tomorrow.");
    expect(answered).toMatchObject({ output: "Tomorrow.", lastAgent: "clerk", outcome: { kind: "answered" } });
    expect(answered).not.toHaveProperty("waitsFor");
  });

  it("goes on with a person's handoff, and counts the turn as one", async () => {
    const session = new Session(desk());
    await session.run("Money back!");
    const done = await session.resume({ handoffTo: "billing", reason: "It was our mistake." });
    expect(done.output).toBe("Refunded.");
    expect(done.handoffs.map(({ to }) => to)).toEqual(["clerk", "billing"]);
    expect(done.outcome.path).toEqual(["desk", "clerk", "billing"]);
  });

  it("asks again for an answer that does not fit, and says why", async () => {
    const session = new Session(desk());
    await session.run("Money back!");
    const again = await session.resume({ handoffTo: "biling" });
    expect(again.waitsFor?.[0]?.request).toMatchObject({ problem: expect.stringContaining('"billing"') as string });
  });

  it("says so at the end of its stream too", async () => {
    const session = new Session(desk());
    const stream = session.stream("Money back!");
    let next = await stream.next();
    while (next.done !== true) next = await stream.next();
    expect(next.value as SessionResult).toMatchObject({ lastAgent: "clerk", waitsFor: [{ request: { name: "Ana" } }] });
    expect(await session.resume("Tomorrow.")).toMatchObject({ output: "Tomorrow." });
  });

  it("waits for the approval of a tool in the same way", async () => {
    const pay = tool(() => "paid", { name: "pay", description: "Pays.", schema: z.object({}) });
    const model = scriptedModel().tool("pay", {}, { id: "c1" }).say("Done.");
    const session = new Session(
      new SwarmAgent({ entry: "a", agents: { a: { model, tools: [pay], confirm: "all" } } }).compile(),
    );
    const { waitsFor, outcome } = await session.run("Pay");
    expect(waitsFor).toMatchObject([
      { request: { type: "tool.request", calls: [{ name: "pay", needs: "approval" }] } },
    ]);
    expect(outcome).toEqual({ kind: "empty", agent: "a", path: ["a"] });
    const [request] = waitsFor ?? [];
    const callId = request?.request?.type === "tool.request" ? request.request.calls[0]?.callId : undefined;
    expect(await session.resume({ [callId ?? ""]: { approve: true } })).toMatchObject({ output: "Done." });
  });

  it("refuses an answer that nothing waits for", async () => {
    const session = new Session(
      new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi.") } } }).compile(),
    );
    await session.run("Hello");
    await expect(session.resume("Yes.")).rejects.toMatchObject({ code: "INTERRUPT_MISMATCH" });
  });
});
