import { SwarmAgent, swarmEvents } from "../../src/index.ts";
import type { Agents, SwarmEvent, SwarmEventsConfig, SwarmInput } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedCall, ScriptedModel, ScriptedStep } from "../../src/testing/index.ts";

/** One step of a made-up model: a message with its calls, or a failure before or within one. */
export type AnyStep = { readonly text: string; readonly calls: readonly object[] } | "fail" | "cut";

/** A model that plays steps over and over. */
export function playing(steps: readonly AnyStep[]): ScriptedModel {
  let turn = 0;
  return scriptedModel()
    .reply((): ScriptedStep => {
      const step = steps[turn % steps.length] as AnyStep;
      turn += 1;
      if (step === "fail") return { kind: "fail", error: Object.assign(new Error("scripted"), { status: 400 }) };
      if (step === "cut") {
        return { kind: "cut", text: "Let me", error: Object.assign(new Error("cut"), { status: 503 }) };
      }
      return { kind: "message", text: step.text, calls: step.calls as readonly ScriptedCall[] };
    })
    .repeat();
}

/** All events of a run, and the error that its loop threw. */
export async function eventsOf(run: AsyncIterable<SwarmEvent>): Promise<{ events: SwarmEvent[]; error: unknown }> {
  const events: SwarmEvent[] = [];
  try {
    for await (const event of run) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

/** What a swarm of these agents tells of one turn, with a clock that ticks by one and a fixed name of the run. */
export async function told(agents: Agents, input: SwarmInput, config: SwarmEventsConfig = {}): Promise<SwarmEvent[]> {
  let time = 0;
  const swarm = new SwarmAgent({ entry: Object.keys(agents)[0] as string, agents });
  const now = () => (time += 1);
  const { events } = await eventsOf(swarmEvents(swarm.compile(), input, { now, runId: "run", ...config }));
  return events;
}

/** Events as short lines: `agent type` and what tells them apart. */
export function lines(events: readonly SwarmEvent[]): string[] {
  return events.map((event) => {
    const { type, agent = "" } = event;
    const own =
      "tool" in event ? event.tool : "to" in event ? `${event.from}->${event.to}` : "text" in event ? event.text : "";
    return [agent, type, own].filter((part) => part !== "").join(" ");
  });
}
