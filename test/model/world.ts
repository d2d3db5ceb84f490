import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver, Command } from "@langchain/langgraph";
import { z } from "zod";
import { isHandoffTool, SwarmAgent, SwarmMemorySaver } from "../../src/index.ts";
import type { Agents, HandoffRecord, Outcome, SwarmGraph, SwarmInput } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedStep } from "../../src/testing/index.ts";
import type { Plan, Reply } from "./reference.ts";

/** What can be seen of a thread, by the names that its agents had at first. */
export interface Seen {
  readonly log: readonly string[];
  readonly active: string | undefined;
  readonly ledger: readonly string[];
  readonly waits: boolean;
  readonly ended: string | undefined;
}

interface Values {
  readonly messages?: readonly BaseMessage[];
  readonly activeAgent?: string;
  readonly handoffs?: readonly HandoffRecord[];
  readonly outcome?: Outcome | null;
}

/** A plan as a swarm on a checkpointer, which can be restarted and deployed anew in the middle of a thread. */
export class World {
  readonly #plan: Plan;
  readonly #saver: BaseCheckpointSaver;
  readonly #names = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  #graph: SwarmGraph;
  #script: Reply[] = [];
  #abort = new AbortController();
  #renames = 0;
  /** Tools in the order in which they ran, with the agent that was asked for them. */
  readonly ran: string[] = [];
  /** The ids of calls that ran. */
  readonly callIds: string[] = [];
  /** Model calls since the last run began. */
  modelCalls = 0;

  constructor(plan: Plan, saver: "memory" | "delta") {
    this.#plan = plan;
    this.#saver = saver === "memory" ? new MemorySaver() : new SwarmMemorySaver();
    for (const agent of Object.keys(plan.agents)) this.#names.set(agent, agent);
    this.#graph = this.#compile();
  }

  /** Runs the thread with a script, from a checkpoint where one is given; gives what it failed with. */
  async run(input: SwarmInput | Command | null, script: readonly Reply[], checkpoint?: string): Promise<unknown> {
    this.#script = [...script];
    this.#abort = new AbortController();
    this.modelCalls = 0;
    const configurable = { thread_id: "t", ...(checkpoint !== undefined && { checkpoint_id: checkpoint }) };
    try {
      await this.#graph.invoke(input, { configurable, signal: this.#abort.signal });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Another graph object on the same store, as after a restart. */
  restart(): void {
    this.#graph = this.#compile();
  }

  /** A deploy in which an agent has a new name, and its old ones are aliases. */
  rename(agent: string): void {
    this.#renames += 1;
    this.#names.set(agent, `${agent}_v${this.#renames}`);
    this.#aliases.set(agent, agent);
    this.#graph = this.#compile();
  }

  /** Writes to the thread by hand. */
  async write(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#graph.updateState({ configurable: { thread_id: "t" } }, values, this.nameOf(this.#plan.entry));
  }

  /** What an agent is called today. */
  nameOf(agent: string): string {
    return this.#names.get(agent) ?? agent;
  }

  /** The id of the newest checkpoint. */
  async checkpoint(): Promise<string> {
    const { config } = await this.#graph.getState({ configurable: { thread_id: "t" } });
    return String(config.configurable?.["checkpoint_id"]);
  }

  /** The messages that are stored. */
  async messages(): Promise<readonly BaseMessage[]> {
    const { values } = await this.#graph.getState({ configurable: { thread_id: "t" } });
    return (values as Values).messages ?? [];
  }

  async seen(): Promise<Seen> {
    const state = await this.#graph.getState({ configurable: { thread_id: "t" } });
    const { messages = [], activeAgent, handoffs = [], outcome } = state.values as Values;
    const last = messages.findLast((message) => AIMessage.isInstance(message));
    const isOver = outcome !== undefined && outcome !== null && outcome.messageId === last?.id;
    return {
      log: messages.map((message) => lineOf(message)),
      active: activeAgent === undefined ? undefined : firstName(activeAgent),
      ledger: handoffs.map(({ from, to, status }) => `${firstName(from)} -> ${firstName(to)} ${status}`),
      waits: state.tasks.some(({ interrupts }) => interrupts.length > 0),
      ended: isOver && messages.at(-1)?.type !== "human" ? outcome.kind : undefined,
    };
  }

  #compile(): SwarmGraph {
    const { agents, entry, maxTurns, maxHandoffs, maxMistakes } = this.#plan;
    const names = [...this.#aliases.keys()];
    const old = names.flatMap((agent) =>
      [agent, ...Array.from({ length: this.#renames }, (_, index) => `${agent}_v${index + 1}`)]
        .filter((name) => name !== this.nameOf(agent))
        .map((name) => [name, this.nameOf(agent)] as const),
    );
    const swarm = new SwarmAgent({
      entry: this.nameOf(entry),
      retry: false,
      limits: { maxTurns, maxHandoffs, maxModelErrors: maxMistakes, maxRepeatedEdge: 100 },
      aliases: Object.fromEntries(old),
      agents: Object.fromEntries(
        Object.entries(agents).map(([agent, { edges, tools }]): [string, Agents[string]] => [
          this.nameOf(agent),
          {
            model: scriptedModel()
              .reply(({ tools: bound }) => this.#reply(bound))
              .repeat(),
            tools: tools.map((name) => this.#tool(agent, name)),
            canHandoffTo: Object.entries(edges).map(([to, kind]) => ({
              to: this.nameOf(to),
              requiresApproval: kind === "approval",
            })),
          },
        ]),
      ),
    });
    return swarm.compile({ checkpointer: this.#saver }) as SwarmGraph;
  }

  #tool(agent: string, name: string) {
    return tool(
      (_args, config) => {
        this.ran.push(`${agent} ${name}`);
        this.callIds.push((config as unknown as { toolCallId: string }).toolCallId);
        return "done";
      },
      { name, description: "Works.", schema: z.object({}) },
    );
  }

  #reply(bound: readonly string[]): ScriptedStep | string {
    this.modelCalls += 1;
    const reply = this.#script.shift() ?? { say: "done" };
    if (reply === "fail") return { kind: "fail", error: Object.assign(new Error("scripted"), { status: 400 }) };
    if (reply === "hang") {
      setImmediate(() => this.#abort.abort());
      return { kind: "hang" };
    }
    if ("say" in reply) return reply.say;
    if (bound.length === 0) return "last";
    const calls = reply.calls.map((call) =>
      "tool" in call ? { tool: call.tool, args: {} } : { handoff: this.nameOf(call.handoff) },
    );
    return { kind: "message", text: "", calls };
  }
}

/** A user's message as an input. */
export function said(text: string): SwarmInput {
  return { messages: [new HumanMessage(text)] };
}

function firstName(agent: string): string {
  return agent.replace(/_v\d+$/, "");
}

function lineOf(message: BaseMessage): string {
  if (message.type === "human") return `human: ${message.text}`;
  if (message.type === "tool") return `tool: ${message.name} ${(message as ToolMessage).status}`;
  const names = ((message as AIMessage).tool_calls ?? []).map(({ name }) => {
    const [isHandoff, target] = isHandoffTool(name);
    return isHandoff ? `to ${firstName(target)}` : name;
  });
  return `${firstName(message.name ?? "")}: ${message.text}[${names.join(", ")}]`;
}
