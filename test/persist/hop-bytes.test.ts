import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { SwarmAgent } from "swarmgraph";
import type { AgentSpec } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { rowsOf, textOf } from "./dump.ts";
import type { Saver } from "./savers.ts";
import { upstreamSaver } from "./upstream.ts";

const HOPS = 10;
const thread = { configurable: { thread_id: "t" } };

/** Agents that hand on in a row, with messages as providers' clients make them. */
function row(checkpointer: Saver) {
  const agents: Record<string, AgentSpec> = {};
  for (let index = 0; index <= HOPS; index += 1) {
    const next = `agent${index + 1}`;
    const isLast = index === HOPS;
    const message = new AIMessage({
      id: `message${index}`,
      content: isLast ? "Your parcel is on its way." : "",
      response_metadata: { model_provider: "openai" },
      tool_calls: isLast ? [] : [{ id: `call_${index}`, name: `transfer_to_${next}`, args: {}, type: "tool_call" }],
    });
    const model = scriptedModel().reply(() => ({ kind: "raw", message }));
    agents[`agent${index}`] = { model, canHandoffTo: isLast ? [] : [next] };
  }
  return new SwarmAgent({ entry: "agent0", agents, limits: { maxHandoffs: HOPS } }).compile({ checkpointer });
}

/** Columns that hold what is stored; the others say where, in the user's own words. */
const PAYLOAD = new Set(["checkpoint", "metadata", "value", "blob", "body"]);

/** Bytes of all that is stored, in all rows. */
async function bytesIn(saver: Saver, backend: Backend): Promise<number> {
  const rows = [...(await rowsOf(saver, backend)).values()].flat();
  const values = rows.flatMap((one) => Object.entries(one).filter(([column]) => PAYLOAD.has(column)));
  return values.reduce((sum, [, value]) => sum + (value === null ? 0 : textOf(value).length), 0);
}

describe.each(KINDS)("the checkpoints of a turn of ten handoffs on %s", (kind) => {
  let backend: Backend;
  let saver: Saver;
  beforeEach(async () => {
    backend = await createBackend(kind);
    saver = await backend.open();
  });
  afterEach(() => backend.remove());

  it.each([0, 1_000])("are at most 1.5 KB a hop on a thread of %i messages", async (history) => {
    const graph = row(saver);
    const earlier = Array.from({ length: history }, (_, index) => new HumanMessage({ id: `h${index}`, content: "Hi" }));
    if (history > 0) await graph.updateState(thread, { messages: earlier }, "agent0");
    const before = await bytesIn(saver, backend);
    const { activeAgent } = await graph.invoke({ messages: [new HumanMessage("Where is my parcel?")] }, thread);
    expect(activeAgent).toBe(`agent${HOPS}`);
    const perHop = ((await bytesIn(saver, backend)) - before) / HOPS;
    expect(perHop).toBeGreaterThan(500);
    expect(perHop).toBeLessThanOrEqual(1.5 * 1_024);
  });

  it("[F66] show a release that cannot read them that a newer one has written them", async () => {
    await row(saver).invoke({ messages: [new HumanMessage("Where is my parcel?")] }, thread);
    const { saver: other, close } = upstreamSaver(backend);
    const { checkpoint } = (await other.getTuple(thread)) ?? {};
    await close();
    expect(checkpoint?.channel_values["turn"]).toMatchObject({ schema: expect.any(Number) });
    const { turn } = (await row(saver).getState(thread)).values as { turn?: { schema?: number } };
    expect(checkpoint?.channel_values["turn"]).toMatchObject({ schema: turn?.schema });
  });
});
