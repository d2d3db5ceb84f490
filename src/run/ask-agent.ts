import { AIMessage } from "@langchain/core/messages";
import { humanOf } from "../define/human.ts";
import type { Human } from "../define/human.ts";
import type { AgentGraph, RunContext } from "../types.ts";
import { callGraph } from "./graph-agent.ts";
import { askHuman } from "./human.ts";
import { callModel } from "./model-call.ts";
import type { ModelCall, Spoken } from "./model-call.ts";

/** What an agent says: one message of its model or of a person, or the messages of its graph. */
export function askAgent(call: ModelCall, run: RunContext): Promise<Spoken> {
  const { spec } = call.runtime.agent;
  const person = humanOf(spec);
  if (person !== undefined) return askPerson(person, call, run);
  if (spec.graph !== undefined) return askGraph(spec.graph, call);
  return callModel(call, run);
}

async function askPerson(person: Human, call: ModelCall, run: RunContext): Promise<Spoken> {
  return { replies: [await askHuman(person, call, run)], maker: undefined };
}

async function askGraph(graph: AgentGraph, call: ModelCall): Promise<Spoken> {
  const replies = await callGraph(graph, call);
  for (const reply of replies) if (AIMessage.isInstance(reply)) call.count(reply, undefined);
  return { replies, maker: undefined };
}
