import { SwarmAgent } from "../../src/index.ts";
import type { Agents } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool } from "../support.ts";

/** A swarm of a tool, two handoffs and an answer. */
export function office(more: object = {}): SwarmAgent<Agents> {
  const { add } = addTool();
  return new SwarmAgent({
    name: "office",
    entry: "front",
    agents: {
      front: { model: scriptedModel().tool("add", { a: 1, b: 2 }).handoff("lab").repeat(), tools: [add] },
      lab: { model: scriptedModel().handoff("desk").repeat() },
      desk: { model: scriptedModel().say("Done.").repeat() },
    },
    ...more,
  } as never) as unknown as SwarmAgent<Agents>;
}
