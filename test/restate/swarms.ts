import { existsSync } from "node:fs";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { human, SwarmAgent, toolEffects } from "swarmgraph";
import type { Agents } from "swarmgraph";
import { z } from "zod";
import { crashSwarm } from "../crash-swarm.ts";
import type { Effects, Point, SCENARIOS } from "../crash-swarm.ts";

type Said = readonly [text: string, ...calls: readonly (readonly [name: string, args?: object])[]];

/** What a test's swarm finds around it. */
export interface World {
  readonly effects: Effects;
  readonly point: Point;
  /** A file that opens the gate at which slow answers wait. */
  readonly gate: string;
  /** Said by the agents, so that a test sees which version of the workers it was. */
  readonly version: string;
}

/** A model whose messages have no ids, as some providers' have none. */
class PlainModel extends BaseChatModel {
  readonly #turn: (prompt: readonly BaseMessage[]) => Said | Promise<Said>;

  constructor(turn: (prompt: readonly BaseMessage[]) => Said | Promise<Said>) {
    super({});
    this.#turn = turn;
  }

  override _llmType(): string {
    return "plain";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(prompt: BaseMessage[]): Promise<ChatResult> {
    const [text, ...calls] = await this.#turn(prompt);
    const message = new AIMessage({
      content: text,
      tool_calls: calls.map(([name, args = {}], index) => ({
        type: "tool_call" as const,
        id: `${name}-${prompt.length}-${index}`,
        name,
        args: { ...args },
      })),
    });
    return { generations: [{ text, message }] };
  }
}

/** The last thing that the user said, and how many tools have answered since. */
function asked(prompt: readonly BaseMessage[]): { readonly text: string; readonly answers: number } {
  const from = prompt.findLastIndex(({ type }) => type === "human");
  return { text: prompt[from]?.text ?? "", answers: prompt.slice(from).filter(({ type }) => type === "tool").length };
}

async function opened(gate: string): Promise<void> {
  while (!existsSync(gate)) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * A help desk: triage hands refunds to billing, which somebody must let; billing looks up and refunds, which somebody must
 * let as well; "person" leads to a clerk, "pair" to two tools that wait for each other, "uneven" to one that waits at the gate and one that does not, "wire" to a tool that must not run twice; "slow" waits at the gate, "flaky" fails twice, "broken" always, "wrong" for good.
 */
function deskSwarm({ effects, gate, version, point }: World) {
  const count = (line: string): number => effects.happened.filter((one) => one === line).length;
  const triage = new PlainModel(async (prompt) => {
    const { text, answers } = asked(prompt);
    if (text.startsWith("refund") && answers === 0) return ["", ["transfer_to_billing", { reason: "a refund" }]];
    if (text.startsWith("pair") && answers === 0) return ["", ["meet", { who: "a" }], ["meet", { who: "b" }]];
    if (text.startsWith("uneven") && answers === 0) return ["", ["linger"], ["meet", { who: "nobody" }]];
    if (text.startsWith("wire") && answers === 0) return ["", ["wire"]];
    if (text.startsWith("person")) return ["", ["transfer_to_clerk"]];
    if (text.startsWith("slow")) {
      effects.add(`begun ${text}`);
      await opened(gate);
      effects.add(`ended ${text}`);
    }
    if (text.startsWith("flaky") && count("fails") < 2) {
      effects.add("fails");
      throw Object.assign(new Error("503 overloaded"), { status: 503 });
    }
    if (text.startsWith("broken")) {
      effects.add("broken");
      throw Object.assign(new Error("503 overloaded"), { status: 503 });
    }
    if (text.startsWith("wrong")) throw Object.assign(new Error("400 no such model"), { status: 400 });
    return [`${version} heard "${text}" after ${prompt.length} messages, ${answers} answers.`];
  });
  const billing = new PlainModel((prompt) => {
    const done = prompt.filter(({ type }) => type === "tool").length;
    if (done < 3)
      return ["One moment.", ["lookup", { order: "7" }], ["lookup", { order: "8" }], ["refund", { order: "7" }]];
    return [`${version}: done.`];
  });
  const lookup = tool(
    async ({ order }) => {
      effects.add(`lookup ${order}`);
      return `order ${order}: paid`;
    },
    { name: "lookup", description: "Looks up an order.", schema: z.object({ order: z.string() }) },
  );
  const refund = tool(
    async ({ order }, runtime) => {
      const line = `refund ${order} ${(runtime as { idempotencyKey?: string }).idempotencyKey ?? ""}`;
      if (!effects.happened.includes(line)) effects.add(line);
      return `order ${order}: refunded`;
    },
    { name: "refund", description: "Refunds an order.", schema: z.object({ order: z.string() }) },
  );
  const meet = tool(
    async ({ who }) => {
      effects.add(`here ${who}`);
      if (who === "nobody") return "met nobody";
      while (!["a", "b"].every((one) => effects.happened.includes(`here ${one}`))) await pause();
      return `met ${who}`;
    },
    { name: "meet", description: "Waits for the other one.", schema: z.object({ who: z.string() }) },
  );
  const linger = tool(
    async () => {
      effects.add("lingers");
      await opened(gate);
      return "lingered";
    },
    { name: "linger", description: "Waits at the gate.", schema: z.object({}) },
  );
  const wire = tool(
    async () => {
      effects.add("wire");
      point("in wire");
      return "sent";
    },
    {
      name: "wire",
      description: "Wires money.",
      schema: z.object({}),
      metadata: toolEffects({ sideEffect: "unsafe", onUnknownOutcome: "ask" }),
    },
  );
  return new SwarmAgent({
    name: "desk",
    entry: "triage",
    agents: {
      triage: {
        model: triage,
        tools: [wire, meet, linger],
        canHandoffTo: [{ to: "billing", requiresApproval: true }, "clerk"],
        retry: false,
      },
      billing: { model: billing, tools: [lookup, refund], confirm: ["refund"], canHandoffTo: [] },
      clerk: human({ name: "Ada", canHandoffTo: ["triage"] }),
    },
    sticky: false,
  });
}

/** Another swarm, with a name and an agent of its own. */
function salesSwarm({ effects }: World) {
  const model = new PlainModel(() => {
    effects.add("sales");
    return ["Sold."];
  });
  return new SwarmAgent({ name: "sales", entry: "seller", agents: { seller: { model } } });
}

/** A swarm by the name that a test gives it. */
export function swarmOf(name: string, world: World): SwarmAgent<Agents> {
  const swarms: Readonly<Record<string, unknown>> = { desk: deskSwarm(world), sales: salesSwarm(world) };
  const swarm: unknown = swarms[name] ?? crashSwarm(name as (typeof SCENARIOS)[number], world.effects, world.point);
  return swarm as SwarmAgent<Agents>;
}
