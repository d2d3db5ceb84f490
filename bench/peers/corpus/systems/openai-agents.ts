import { z } from "zod";
import { loadPeer } from "../../../systems/load-peer.ts";
import { Player } from "../player.ts";
import { argumentsOf } from "../script.ts";
import type { MessageScript, SwarmScript, ToolScript } from "../script.ts";
import { errorLine } from "../system.ts";
import type { Conversation, SendOptions, System, Turn } from "../system.ts";
import { modelName, responsesApi } from "./responses.ts";

type Item = Readonly<Record<string, unknown>>;

interface Agent {
  readonly name: string;
  handoffs: unknown[];
}

interface Result {
  readonly finalOutput: unknown;
  readonly lastAgent?: Agent;
  readonly completed?: Promise<void>;
}

interface Session {
  getItems(): Promise<Item[]>;
  addItems(items: readonly Item[]): Promise<void>;
}

interface OpenAiAgents {
  readonly Agent: new (options: object) => Agent;
  readonly MemorySession: new () => Session;
  readonly OpenAIProvider: new (options: object) => unknown;
  readonly Runner: new (options: object) => {
    run(agent: Agent, input: unknown, options: object): Promise<Result & AsyncIterable<unknown>>;
  };
  tool(options: object): unknown;
  handoff(agent: Agent, options: object): unknown;
}

/** What outlives a swarm: each thread's session, and the name of the agent that has it. */
interface Store {
  readonly sessions: Map<string, Session>;
  readonly active: Map<string, string>;
}

/**
 * `@openai/agents` with its defaults: its own client and adapter in front of a scripted Responses API, a memory session
 * for each thread, and each message to the agent that was last, as its documentation has it.
 */
export const system: System = {
  async start(swarm, { store } = {}) {
    const peer = await loadPeer<OpenAiAgents>("@openai/agents");
    const player = new Player(swarm, "openai-responses");
    globalThis.fetch = responsesApi(player);
    const modelProvider = new peer.OpenAIProvider({
      apiKey: "none",
      baseURL: "http://127.0.0.1:9/v1",
      useResponses: true,
    });
    const runner = new peer.Runner({ tracingDisabled: true, modelProvider });
    const agents = agentsOf(swarm, peer);
    const kept = (store as Store | undefined) ?? { sessions: new Map(), active: new Map() };
    return conversationOf({ peer, runner, agents, player, store: kept, swarm });
  },
};

interface Parts {
  readonly peer: OpenAiAgents;
  readonly runner: InstanceType<OpenAiAgents["Runner"]>;
  readonly agents: readonly Agent[];
  readonly player: Player;
  readonly store: Store;
  readonly swarm: SwarmScript;
}

function conversationOf({ peer, runner, agents, player, store, swarm }: Parts): Conversation {
  const named = (name: string | undefined) => agents.find((agent) => agent.name === name);
  const entry = named(swarm.entry) ?? agents[0];
  if (entry === undefined) throw new Error("a swarm needs an agent");
  let last: { input: unknown; error?: { state?: unknown } } = { input: "" };
  const sessionOf = (thread = "thread"): Session => {
    const session = store.sessions.get(thread) ?? new peer.MemorySession();
    store.sessions.set(thread, session);
    return session;
  };
  const run = async (
    input: unknown,
    { signal, thread = "thread", isStreamed, secret }: SendOptions = {},
  ): Promise<Turn> => {
    const current = named(store.active.get(thread)) ?? entry;
    last = { input };
    try {
      const isLog = Array.isArray(input);
      const result = await runner.run(current, input, {
        ...(!isLog && { session: sessionOf(thread) }),
        ...(signal && { signal }),
        ...(secret !== undefined && { context: { secret } }),
        ...(isStreamed && { stream: true }),
      });
      if (isStreamed) for await (const _event of result);
      await result.completed;
      const active = result.lastAgent?.name ?? current.name;
      if (!isLog) store.active.set(thread, active);
      return { text: String(result.finalOutput ?? ""), active };
    } catch (error) {
      last = { input, error: error as { state?: unknown } };
      return { text: "", active: current.name, error: errorLine(error) };
    }
  };
  return {
    player,
    store,
    warnings: [],
    send: (input, options) => run(typeof input === "string" ? input : input.flatMap(itemsOf), options),
    // A run's state is on the SDK's own errors only; after any other there is but the message to send again.
    resume: () => run(last.error?.state ?? last.input),
    plant: async (messages) => sessionOf().addItems(messages.flatMap(itemsOf)),
    breakStore(isBroken) {
      const session = sessionOf();
      const addItems = session.addItems.bind(session);
      session.addItems = async (items) => {
        if (isBroken()) throw new Error("the disk is full");
        return addItems(items);
      };
    },
    stored: async () => JSON.stringify(await Promise.all([...store.sessions.values()].map((one) => one.getItems()))),
  };
}

/** The SDK's own way to keep what an agent did from the next one. */
function onlyTheQuestion(handed: object): object {
  return { ...handed, preHandoffItems: [], newItems: [] };
}

function agentsOf(swarm: SwarmScript, peer: OpenAiAgents): Agent[] {
  const agents = swarm.agents.map(
    ({ name, tools = [] }, index) =>
      new peer.Agent({
        name,
        instructions: "Be kind.",
        model: modelName(index),
        tools: tools.map((tool) => toolOf(tool, swarm, peer)),
      }),
  );
  for (const [index, agent] of agents.entries()) {
    const targets = (swarm.agents[index]?.to ?? []).flatMap((name) => agents.filter((one) => one.name === name));
    agent.handoffs = targets.map((target) =>
      swarm.isPrivate ? peer.handoff(target, { inputFilter: onlyTheQuestion }) : target,
    );
  }
  return agents;
}

function toolOf({ name, fields = {}, run }: ToolScript, { toolTimeoutMs }: SwarmScript, peer: OpenAiAgents): unknown {
  const shape = Object.entries(fields).map(([field, type]) => [field, type === "number" ? z.number() : z.string()]);
  return peer.tool({
    name,
    description: `Does ${name}.`,
    parameters: z.object(Object.fromEntries(shape) as Record<string, z.ZodType>),
    ...(toolTimeoutMs !== undefined && { timeoutMs: toolTimeoutMs }),
    execute: async (
      args: Record<string, unknown>,
      context?: { context?: { secret?: string } },
      details?: { toolCall?: { callId?: string } },
    ) => run(args, { key: details?.toolCall?.callId, secret: context?.context?.secret }),
  });
}

function itemsOf(message: MessageScript): Item[] {
  if (message.role === "user") return [{ role: "user", content: message.text }];
  if (message.role === "tool") {
    const output = { type: "text", text: message.text };
    return [{ type: "function_call_result", callId: message.callId, name: message.name, status: "completed", output }];
  }
  const content = [{ type: "output_text", text: message.text }];
  const said = message.text === "" ? [] : [{ role: "assistant", status: "completed", content }];
  const calls = (message.calls ?? []).map((call) => ({
    type: "function_call",
    callId: call.id ?? "call_planted",
    name: call.name,
    status: "completed",
    arguments: argumentsOf(call),
  }));
  return [...said, ...calls];
}
