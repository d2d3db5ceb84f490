/** What a model asks for in one message: handoffs and tools, by name. */
export type Call = { readonly handoff: string } | { readonly tool: string };

/** What a model does when it is asked: says something, calls, fails, or never answers until the run is aborted. */
export type Reply = { readonly say: string } | { readonly calls: readonly Call[] } | "fail" | "hang";

/** A swarm as the reference knows it. An edge is free, or waits for an approval. */
export interface Plan {
  readonly entry: string;
  readonly agents: Readonly<Record<string, Role>>;
  readonly maxTurns: number;
  readonly maxHandoffs: number;
  readonly maxMistakes: number;
}

interface Role {
  readonly edges: Readonly<Record<string, "free" | "approval">>;
  readonly tools: readonly string[];
}

/** One line of the ledger. `waits`: nobody has approved it yet. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly status: "pending" | "done" | "refused" | "dropped";
  readonly waits: boolean;
}

/** Where a thread stands. `next` is who acts when it goes on; nothing is next once a turn has ended. */
export interface Thread {
  readonly log: readonly string[];
  readonly active: string | undefined;
  readonly ledger: readonly Hop[];
  readonly next: string | undefined;
  readonly modelCalls: number;
  readonly handoffs: number;
  readonly mistakes: number;
  readonly ended: "answered" | "empty" | "limit" | undefined;
}

/** What a run came to: the thread, the tools that ran in it, and what it failed with. */
export interface Walked {
  readonly thread: Thread;
  readonly ran: readonly string[];
  readonly failure: "model" | "aborted" | "mistakes" | undefined;
}

/** What is next where somebody has to approve a handoff. */
export const APPROVAL = "(approval)";
const FRESH = { modelCalls: 0, handoffs: 0, mistakes: 0, ended: undefined };

/** A thread that nobody has written to. */
export const EMPTY: Thread = { log: [], active: undefined, ledger: [], next: undefined, ...FRESH };

/** The handoff that was decided and not entered. */
export function pendingHop({ ledger }: Thread): Hop | undefined {
  return ledger.findLast(({ status }) => status === "pending");
}

/** A user's message: to whoever a handoff was under way to, else to whoever has the conversation, else to the entry. */
export function begin(plan: Plan, thread: Thread, text: string): Thread {
  const pending = pendingHop(thread);
  const wanted = pending === undefined ? thread.active : pending.waits ? pending.from : pending.to;
  const next = wanted !== undefined && wanted in plan.agents ? wanted : plan.entry;
  return { ...thread, ...FRESH, log: [...thread.log, `human: ${text}`], next };
}

/** An answer to whoever was asked for an approval: yes, no, or another agent. */
export function decide(plan: Plan, thread: Thread, decision: boolean | { readonly to: string }): Thread {
  const pending = pendingHop(thread) as Hop;
  const isAllowed = typeof decision === "object" && decision.to in (plan.agents[pending.from] as Role).edges;
  const to = isAllowed ? decision.to : pending.to;
  if (decision === true || isAllowed) return { ...settle(thread, { to, waits: false }), next: to };
  return { ...settle(thread, { status: "refused" }), next: pending.from };
}

/** Lets one agent after the other act until the turn ends, stops or fails. What failed leaves the thread as it was. */
export function walk(plan: Plan, begun: Thread, script: readonly Reply[]): Walked {
  let thread = begun;
  const ran: string[] = [];
  const replies = [...script];
  while (thread.next !== undefined && thread.next !== APPROVAL) {
    const reply = replies.shift() ?? { say: "done" };
    if (reply === "fail" || reply === "hang") {
      return { thread, ran, failure: reply === "fail" ? "model" : "aborted" };
    }
    const acted = act(plan, arrive(thread, thread.next), reply);
    if (acted === undefined) return { thread, ran, failure: "mistakes" };
    ran.push(...acted.ran);
    thread = acted.thread;
  }
  return { thread, ran, failure: undefined };
}

function arrive(thread: Thread, agent: string): Arrived {
  const pending = pendingHop(thread);
  if (pending === undefined) return { ...thread, active: agent };
  if (pending.waits) return { ...settle(thread, { status: "dropped" }), active: agent };
  return { ...settle(thread, { status: "done" }), active: agent, handoffs: thread.handoffs + 1 };
}

function settle(thread: Thread, change: Partial<Hop>): Thread {
  return { ...thread, ledger: thread.ledger.map((hop) => (hop.status === "pending" ? { ...hop, ...change } : hop)) };
}

type Said = Exclude<Reply, string>;
type Arrived = Thread & { readonly active: string };

/** One message of one agent, with the tools that it calls; nothing where it was one mistake too many. */
function act(plan: Plan, thread: Arrived, reply: Said): Omit<Walked, "failure"> | undefined {
  const { active } = thread;
  const { edges, tools } = plan.agents[active] as Role;
  const isLast = thread.modelCalls + 1 >= plan.maxTurns;
  const isSpent = thread.handoffs >= plan.maxHandoffs;
  const calls = "say" in reply || isLast ? [] : reply.calls;
  const text = "say" in reply ? reply.say : isLast ? "last" : "";
  const hops: Hop[] = [];
  for (const call of calls) {
    if (!("handoff" in call)) continue;
    const to = call.handoff;
    const isTaken = hops.some(({ status }) => status === "pending");
    const isEdge = Object.hasOwn(edges, to);
    const status = isTaken ? "dropped" : !isEdge ? "refused" : isSpent ? "dropped" : "pending";
    hops.push({ from: active, to, status, waits: status === "pending" && edges[to] === "approval" });
  }
  const wanted = calls.flatMap((call) => ("tool" in call ? [call.tool] : []));
  const ran = wanted.filter((tool) => tools.includes(tool));
  const taken = hops.find(({ status }) => status === "pending");
  const isRefused = hops.some(({ status }) => status === "refused");
  const mistakes = thread.mistakes + (isRefused || ran.length < wanted.length ? 1 : 0);
  if (mistakes > plan.maxMistakes) return undefined;
  const isOverdrawn = taken === undefined && isSpent && hops.some(({ status }) => status === "dropped");
  const goesOn = taken !== undefined || wanted.length > 0 || (isRefused && !isOverdrawn);
  const isLimited = isOverdrawn || isLast || (isSpent && Object.keys(edges).length > 0);
  const next = taken === undefined ? active : taken.waits ? APPROVAL : taken.to;
  const names = calls.map((call) => ("tool" in call ? call.tool : `to ${call.handoff}`)).join(", ");
  const results = wanted.map((tool) => `tool: ${tool} ${tools.includes(tool) ? "success" : "error"}`);
  return {
    ran,
    thread: {
      ...thread,
      log: [...thread.log, `${active}: ${text}[${names}]`, ...results],
      ledger: [...thread.ledger, ...hops],
      next: goesOn ? next : undefined,
      modelCalls: thread.modelCalls + 1,
      mistakes,
      ended: goesOn ? undefined : isLimited ? "limit" : text === "" ? "empty" : "answered",
    },
  };
}
