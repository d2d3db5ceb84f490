import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { expect } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { AgentSpec, HandoffRecord, Limits, Outcome, SwarmOptions } from "../../src/index.ts";
import { CLIENTS, clientFor, profileOf } from "./clients.ts";
import type { ClientName, ClientOptions } from "./clients.ts";
import type { ScriptedCall, ScriptedReply } from "./strict-peer/reply.ts";
import type { PeerRequest, StrictPeer } from "./strict-peer/strict-peer.ts";

/** How a run is followed. */
export type Way = "invoke" | "stream";
export const WAYS: readonly Way[] = ["invoke", "stream"];

/** The agents that hand to each other in a ring, each played by another provider's client. */
export type Member = "one" | "two" | "three";
const MEMBERS: readonly Member[] = ["one", "two", "three"];

/** A state at the end of a turn. */
export interface Log {
  readonly messages: BaseMessage[];
  readonly activeAgent: string;
  readonly handoffs: HandoffRecord[];
  readonly outcome: Outcome | null;
  readonly structuredResponse?: unknown;
}

/** Options of {@link startRing}. */
export interface RingOptions {
  readonly way?: Way;
  readonly limits?: Limits;
  /** More about the first agent. */
  readonly one?: Partial<AgentSpec>;
  /** More about the second. */
  readonly two?: Partial<AgentSpec>;
  readonly swarm?: Partial<Pick<SwarmOptions, "view" | "history" | "strict" | "retry">>;
  readonly clients?: ClientOptions;
}

/** A swarm of three over the wire, on one thread. */
export interface Ring {
  /** Who plays whom. */
  readonly cast: Readonly<Record<Member, ClientName>>;
  /** Calls of tools that ran, in order: `lookup {"number":7}`. */
  readonly ran: readonly string[];
  /** The next replies of an agent's provider. Those of one provider's are given in the order of the requests. */
  says(member: Member, ...replies: readonly ScriptedReply[]): void;
  /** A user's turn; without words the run goes on from its last checkpoint. Rejects as the run does. */
  turn(content?: string): Promise<Log>;
  /** The error with which a turn ends. */
  failure(content?: string): Promise<SwarmError>;
  state(): Promise<Log>;
  /** What is in the checkpoints of the thread, as JSON. */
  checkpoints(): Promise<string>;
  readonly graph: ReturnType<ReturnType<typeof swarmOf>["compile"]>;
}

/** The handoff call that leads to an agent. */
export const to = (member: string, more: Partial<ScriptedCall> = {}): ScriptedCall => ({
  name: `transfer_to_${member}`,
  ...more,
});

/** A call of the tool that every agent has. */
export const lookup = (number: unknown = 7, more: Partial<ScriptedCall> = {}): ScriptedCall => ({
  name: "lookup",
  args: { number },
  ...more,
});

function swarmOf(cast: Ring["cast"], ran: string[], peer: StrictPeer, options: RingOptions) {
  const recorded = (name: string, description: string, answer: string) =>
    tool(
      (args: unknown) => {
        ran.push(`${name} ${JSON.stringify(args)}`);
        return answer;
      },
      { name, description, schema: z.object({ number: z.number() }) },
    );
  const lookUp = recorded("lookup", "Looks an order up.", "It is on its way.");
  const secret = recorded("secret", "Shows what nobody may see.", "The secret.");
  const agent = (name: Member, canHandoffTo: readonly string[]) => ({
    model: clientFor(cast[name], peer, options.clients),
    prompt: `You are ${name}.`,
    description: `Number ${name}.`,
    tools: [lookUp],
    canHandoffTo,
  });
  return new SwarmAgent({
    entry: "one",
    retry: false,
    ...options.swarm,
    ...(options.limits && { limits: options.limits }),
    agents: {
      one: { ...agent("one", ["two", "three"]), ...options.one },
      two: { ...agent("two", ["three"]), ...options.two },
      three: agent("three", ["one"]),
      // Nobody may hand to it.
      vault: { model: clientFor(cast.one, peer), prompt: "You are vault.", tools: [secret], canHandoffTo: [] },
    },
  } as SwarmOptions);
}

/** Starts a ring whose first agent is played by `first`, and the others by the two clients after it. */
export function startRing(peer: StrictPeer, first: ClientName, options: RingOptions = {}): Ring {
  const at = CLIENTS.indexOf(first);
  const clientAt = (offset: number) => CLIENTS[(at + offset) % CLIENTS.length] as ClientName;
  const cast = { one: first, two: clientAt(1), three: clientAt(2) };
  const ran: string[] = [];
  const saver = new MemorySaver();
  const graph = swarmOf(cast, ran, peer, options).compile({ checkpointer: saver });
  const config = { configurable: { thread_id: "1" } };
  const state = async () => (await graph.getState(config)).values as Log;
  const turn = async (content?: string): Promise<Log> => {
    const input = content === undefined ? null : { messages: [{ role: "user", content }] };
    if (options.way === "stream") {
      for await (const _ of await graph.stream(input, { ...config, streamMode: ["messages"] })) continue;
    } else await graph.invoke(input, config);
    return state();
  };
  return {
    cast,
    ran,
    graph,
    says: (member, ...replies) => peer.script(profileOf(cast[member]), ...replies),
    turn,
    state,
    async failure(content) {
      const outcome: unknown = await turn(content).catch((error: unknown) => error);
      if (!SwarmError.is(outcome))
        throw new Error("the turn did not end with an error of the swarm's", { cause: outcome });
      return outcome;
    },
    async checkpoints() {
      const all: unknown[] = [];
      for await (const entry of saver.list(config)) all.push(entry);
      return JSON.stringify(all);
    },
  };
}

/** Which agent a request is of. */
export function agentOf({ body }: PeerRequest): string | undefined {
  return /You are (one|two|three|vault)\./.exec(JSON.stringify(body))?.[1];
}

/** The turns of a request, without its tools and its system prompt where that stands apart. */
export function turnsOf({ profile, body }: PeerRequest): readonly Readonly<Record<string, unknown>>[] {
  const key = profile === "openai-responses" ? "input" : profile === "gemini" ? "contents" : "messages";
  return body[key] as readonly Readonly<Record<string, unknown>>[];
}

/** Any value as text to look for something in. */
export const text = (value: unknown): string => JSON.stringify(value);

/** No request of the peer's broke a rule. */
export function expectValid(peer: StrictPeer): void {
  expect(
    peer.requests.flatMap(({ problems, profile }) => problems.map((problem) => ({ profile, ...problem }))),
  ).toEqual([]);
}

/** What the last agent says at the end of {@link expectUsable}. */
export const FAREWELL = "All is well.";

/**
 * The thread goes on: a further user turn takes the conversation around the ring, from the active agent over the others
 * with a call of a tool, to the first, who answers. So every provider is sent what has happened, as its own and as another's.
 */
export async function expectUsable(ring: Ring, peer: StrictPeer, farewell = FAREWELL): Promise<void> {
  const { activeAgent } = await ring.state();
  // Nobody is active yet where the first turn failed.
  const start = Math.max(0, MEMBERS.indexOf(activeAgent as Member));
  const route = [...MEMBERS.slice(start), "one"] as const;
  const before = peer.requests.length;
  const ranBefore = ring.ran.length;
  for (const [index, member] of route.entries()) {
    if (index === route.length - 1) ring.says(member, farewell);
    else {
      ring.says(member, { calls: [lookup(index)] });
      // Who answers in a format says nothing beside.
      const words = farewell === FAREWELL ? { text: "One moment." } : {};
      ring.says(member, { ...words, calls: [to(route[index + 1] as Member)] });
    }
  }
  const log = await ring.turn("Are you still there?");
  expectValid(peer);
  expect(peer.requests.slice(before).map(agentOf)).toEqual(
    route.flatMap((member, index) => (index === route.length - 1 ? [member] : [member, member])),
  );
  expect(peer.pending).toBe(0);
  expect(ring.ran.slice(ranBefore)).toHaveLength(route.length - 1);
  expect([log.activeAgent, log.messages.at(-1)?.text]).toEqual(["one", farewell]);
  // Nobody takes what the user says for said by another.
  for (const request of peer.requests.slice(before)) expect(text(turnsOf(request))).toContain("Are you still there?");
}
