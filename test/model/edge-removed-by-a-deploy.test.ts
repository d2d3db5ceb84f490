import { Command, MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec, HandoffEdge } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** a -> admin as given; another agent may still reach the admin with an approval, so that the approval node is there. */
function deploy(a: AgentSpec, admin: AgentSpec, checkpointer: MemorySaver) {
  const b = { model: scriptedModel().say("b"), canHandoffTo: [{ to: "admin", requiresApproval: true }] };
  const agents = { a, b, admin } as Record<string, AgentSpec>;
  return new SwarmAgent({ entry: "a", retry: false, agents }).compile({ checkpointer });
}

for (const requiresApproval of [true, false]) {
  it(`[I02][F31] a deploy that takes an edge away takes it from a handoff under way too (approval: ${requiresApproval})`, async () => {
    const checkpointer = new MemorySaver();
    const edge: HandoffEdge = { to: "admin", requiresApproval };
    const failing = { model: scriptedModel().fail(400), canHandoffTo: [] };
    const before = deploy({ model: scriptedModel().handoff("admin"), canHandoffTo: [edge] }, failing, checkpointer);
    await before.invoke(says(), thread).catch(() => {});
    const admin = scriptedModel().say("root");
    const now = { model: scriptedModel().say("a"), canHandoffTo: ["b"] };
    const after = deploy(now, { model: admin, canHandoffTo: [] }, checkpointer);
    const result = await after.invoke(requiresApproval ? new Command({ resume: { approve: true } }) : says(), thread);
    expect([admin.calls.length, result.activeAgent]).toEqual([0, "a"]);
  });
}
