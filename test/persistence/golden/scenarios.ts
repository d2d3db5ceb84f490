import { tool } from "@langchain/core/tools";
import { Command } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { z } from "zod";
import { SwarmAgent } from "../../../src/index.ts";
import type { AgentSpec, SwarmGraph, SwarmOptions } from "../../../src/index.ts";
import { scriptedModel } from "../../../src/testing/index.ts";
import { says } from "../../support.ts";

/** A thread that one release leaves and another one goes on with. */
export interface Scenario {
  readonly name: string;
  /** What the release that stores the thread does. */
  begin(checkpointer: BaseCheckpointSaver): Promise<void>;
  /** What a later release does with it. */
  resume(checkpointer: BaseCheckpointSaver): ReturnType<SwarmGraph["invoke"]>;
}

/** Every scenario runs on this thread. */
export const thread = { configurable: { thread_id: "golden" } };

const lookUp = tool(({ id }) => `Order ${id} was paid twice.`, {
  name: "look_up",
  description: "Looks an order up.",
  schema: z.object({ id: z.string() }),
});

const refund = {
  type: "function",
  function: { name: "refund", description: "Pays back.", parameters: { type: "object", properties: {} } },
} as const;

const order = z.object({ order: z.string(), reason: z.string() });

/** The swarm of all scenarios, with models that say what comes next: an agent without one is not asked. */
function desk(models: Record<"triage" | "billing" | "manager", AgentSpec["model"]>, checkpointer: BaseCheckpointSaver) {
  const options: SwarmOptions = {
    name: "desk",
    entry: "triage",
    retry: false,
    agents: {
      triage: { model: models.triage, canHandoffTo: ["billing"], prompt: "Find out what it is about." },
      billing: {
        model: models.billing,
        description: "Invoices and refunds.",
        input: order,
        tools: [lookUp, refund],
        canHandoffTo: [{ to: "manager", requiresApproval: true }],
      },
      manager: { model: models.manager, description: "Decides.", canHandoffTo: [] },
    },
  };
  return new SwarmAgent(options).compile({ checkpointer });
}

const toBilling = () => scriptedModel().handoff("billing", { order: "7", reason: "charged twice" });
const nobody = () => scriptedModel();

export const scenarios: readonly Scenario[] = [
  {
    name: "two-hops-finished",
    async begin(checkpointer) {
      const billing = scriptedModel().tool("look_up", { id: "7" }).handoff("manager");
      const manager = scriptedModel().say("You will get your money back.");
      const graph = desk({ triage: toBilling(), billing, manager }, checkpointer);
      await graph.invoke(says("I was charged twice."), thread);
      await graph.invoke(new Command({ resume: { approve: true } }), thread);
    },
    resume(checkpointer) {
      const manager = scriptedModel().say("By Friday.");
      return desk({ triage: nobody(), billing: nobody(), manager }, checkpointer).invoke(says("When?"), thread);
    },
  },
  {
    name: "stopped-at-approval",
    async begin(checkpointer) {
      const billing = scriptedModel().tool("look_up", { id: "7" }).handoff("manager");
      await desk({ triage: toBilling(), billing, manager: nobody() }, checkpointer).invoke(says("Help"), thread);
    },
    resume(checkpointer) {
      const manager = scriptedModel().say("I allow it.");
      const input = new Command({ resume: { approve: true } });
      return desk({ triage: nobody(), billing: nobody(), manager }, checkpointer).invoke(input, thread);
    },
  },
  {
    name: "stopped-in-tool-request",
    async begin(checkpointer) {
      const billing = scriptedModel().callAll([
        { tool: "look_up", args: { id: "7" }, id: "call_1" },
        { tool: "refund", id: "call_2" },
      ]);
      await desk({ triage: toBilling(), billing, manager: nobody() }, checkpointer).invoke(says("Help"), thread);
    },
    resume(checkpointer) {
      const billing = scriptedModel().say("It is paid back.");
      const input = new Command({ resume: { call_2: { result: "Paid back." } } });
      return desk({ triage: nobody(), billing, manager: nobody() }, checkpointer).invoke(input, thread);
    },
  },
  {
    name: "failed-after-tool",
    async begin(checkpointer) {
      const billing = scriptedModel()
        .tool("look_up", { id: "7" }, { id: "call_1" })
        .fail(new Error("the provider is down"));
      const graph = desk({ triage: toBilling(), billing, manager: nobody() }, checkpointer);
      await graph.invoke(says("Help"), thread).then(
        () => {
          throw new Error("the run was to fail after its tool");
        },
        () => undefined,
      );
    },
    resume(checkpointer) {
      const billing = scriptedModel().say("It was paid twice.");
      return desk({ triage: nobody(), billing, manager: nobody() }, checkpointer).invoke(null, thread);
    },
  },
];
