import { tool } from "@langchain/core/tools";
import { SwarmAgent, toolEffects } from "swarmgraph";
import type { OnUnknownOutcome, SwarmOptions, ToolEffects } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";
import { ClerkModel } from "./clerk-model.ts";
import type { World } from "./world.ts";

/** The declarations of a tool that make sense: seven of the nine pairs. */
export const EFFECTS: readonly ToolEffects[] = [
  { sideEffect: "none", onUnknownOutcome: "retry" },
  ...(["idempotent", "unsafe"] as const).flatMap((sideEffect) =>
    (["retry", "ask", "fail"] as const).map((onUnknownOutcome: OnUnknownOutcome) => ({ sideEffect, onUnknownOutcome })),
  ),
];

/** The name of the tool that declares these effects. */
export function nameOf({ sideEffect, onUnknownOutcome }: ToolEffects): string {
  return `${sideEffect}_${onUnknownOutcome}`;
}

/** Stops a tool or a model at a place, such as `q1 before`, the first time that anybody comes by: until it is let go on. */
export type Hold = (place: string) => Promise<void>;

/** Where the suite's swarm is. */
export interface Surroundings {
  readonly world: World;
  readonly hold: Hold;
  /** Milliseconds that each answer of the model takes. */
  readonly thinkMs: number;
}

/** What a tool is told of the run. */
interface ToolRun {
  readonly idempotencyKey: string;
  readonly configurable: { readonly thread_id: string };
}

/**
 * A desk that hands every conversation to a clerk. What the user says is an order: a tool and a number, and where to hold:
 * `pay 3`, `unsafe_ask 1 before`, `refund 2`, `echo 4 model`.
 */
export function suiteSwarm(
  { world, hold, thinkMs }: Surroundings,
  plugs: Pick<SwarmOptions, "stepRunner" | "toolLedger"> = {},
) {
  const schema = z.object({ number: z.string(), hold: z.string() });
  const make = (name: string, effect: (run: ToolRun, line: string) => void, metadata: Record<string, unknown>) =>
    tool(
      async ({ number, hold: place }, config) => {
        if (place.endsWith(" before")) await hold(place);
        effect(config as unknown as ToolRun, `${name} ${number}`);
        if (place.endsWith(" after")) await hold(place);
        return `${name} ${number} is done`;
      },
      { name, description: `Does ${name}.`, schema, metadata },
    );
  const once = ({ configurable, idempotencyKey }: ToolRun, line: string) =>
    world.doOnce(configurable.thread_id, idempotencyKey, line);
  const each = ({ configurable }: ToolRun, line: string) => world.do(configurable.thread_id, line);
  const tools = [
    make("pay", once, {}),
    make("refund", once, {}),
    make("echo", () => {}, {}),
    ...EFFECTS.map((effects) => make(nameOf(effects), each, toolEffects(effects))),
  ];
  const clerk = new ClerkModel({ world, hold, thinkMs });
  return new SwarmAgent({
    name: "conformance",
    entry: "desk",
    agents: {
      desk: { model: scriptedModel().handoff("clerk").repeat(1_000_000), canHandoffTo: ["clerk"] },
      clerk: { model: clerk, tools, confirm: ["refund"], canHandoffTo: [] },
    },
    ...plugs,
  });
}
