import type { DynamicStructuredTool } from "@langchain/core/tools";
import { compileDefinition } from "./compile/compile.ts";
import type { CompileOptions } from "./compile/compile.ts";
import type { SwarmGraph } from "./compile/swarm-graph.ts";
import { defineSwarm } from "./define/definition.ts";
import type { SwarmDefinition, SwarmOptions } from "./define/definition.ts";
import type { Diagnostic } from "./errors.ts";
import { toMermaid } from "./observe/to-mermaid.ts";
import { toAgentTool } from "./run/agent-tool.ts";
import type { AgentToolOptions } from "./run/agent-tool.ts";
import type { AgentDescription } from "./run/describe.ts";
import type { AgentNames, Agents, AgentSpec, LinkedInto } from "./types.ts";
import { assertSound, verifyDefinition } from "./verify/verify.ts";

/**
 * A swarm: agents by name, and who may hand off to whom. Give it the agents; it makes the handoff tools, wires the edges
 * and compiles to a plain LangGraph graph.
 *
 * @example
 * ```ts
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   agents: {
 *     triage: { model: scriptedModel().handoff("billing"), canHandoffTo: ["billing"] },
 *     billing: { model: scriptedModel().say("You will get your money back."), description: "Invoices and refunds." },
 *   },
 * });
 * const result = await swarm.compile().invoke({ messages: [{ role: "user", content: "I was charged twice" }] });
 * result.activeAgent; // "billing"
 * ```
 */
export class SwarmAgent<const A extends Agents> {
  /** The swarm as frozen data. */
  readonly definition: SwarmDefinition;
  readonly #options: SwarmOptions<A>;

  /** Never throws on bad content, except for an illegal `prefix`: see {@link verify}. */
  constructor(options: SwarmOptions<A>) {
    this.#options = options;
    this.definition = defineSwarm(options);
  }

  /** Every problem at once, warnings included: a code, a place and a way out for each. */
  verify(): readonly Diagnostic[] {
    return verifyDefinition(this.definition);
  }

  /**
   * The swarm as a LangGraph graph: `invoke`, `stream`, `getState`, time travel and `langgraph.json` as with any other.
   * Pure: every call gives a new, equal graph.
   *
   * @throws SwarmDefinitionError with every error at once; warnings go to `onDiagnostic`.
   */
  compile(options: CompileOptions = {}): SwarmGraph<A> {
    assertSound(this.definition);
    return compileDefinition<A>(this.definition, options);
  }

  /** The swarm as a Mermaid flowchart, drawn from the definition. */
  toMermaid(): string {
    return toMermaid(this.definition);
  }

  /** A new swarm with more agents, or with agents replaced. This one stays as it is. */
  extend<const B extends Agents>(
    more: { readonly agents: B & LinkedInto<Omit<A, keyof B> & B, B> } & Partial<
      Omit<SwarmOptions, "agents" | "entry">
    >,
  ): SwarmAgent<Omit<A, keyof B> & B> {
    const merged: unknown = { ...this.#options, ...more, agents: { ...this.#options.agents, ...more.agents } };
    return new SwarmAgent(merged as SwarmOptions<Omit<A, keyof B> & B>);
  }

  /**
   * A new swarm in which some agents differ, as a test wants it: with a scripted model, without a tool. The rest of each
   * agent stays. This swarm stays as it is.
   *
   * @throws RangeError if an agent is named that is not there.
   */
  override(changes: { readonly [Name in AgentNames<A>]?: Partial<AgentSpec> }): SwarmAgent<A> {
    const agents: Record<string, AgentSpec> = { ...this.#options.agents };
    for (const [name, change] of Object.entries<Partial<AgentSpec> | undefined>(changes)) {
      if (!Object.hasOwn(agents, name)) throw new RangeError(`there is no agent "${name}" to override`);
      agents[name] = { ...agents[name], ...change };
    }
    return new SwarmAgent({ ...this.#options, agents } as unknown as SwarmOptions<A>);
  }

  /** Exactly what an agent's model sees: its system prompt, and its tool definitions as JSON. */
  async describe(
    agent: AgentNames<A>,
    given?: { state?: Record<string, unknown>; context?: unknown },
  ): Promise<AgentDescription> {
    const { describeAgent } = await import("./run/describe.ts");
    return describeAgent(this.definition, agent, given);
  }

  /** The swarm, or one of its agents with whoever it hands off to, as a tool: fresh history, final text back. */
  agentTool(options: AgentToolOptions<AgentNames<A>>): DynamicStructuredTool {
    const definition = options.agent === undefined ? this.definition : { ...this.definition, entry: options.agent };
    assertSound(definition);
    return toAgentTool(compileDefinition(definition, {}) as never, options);
  }
}
